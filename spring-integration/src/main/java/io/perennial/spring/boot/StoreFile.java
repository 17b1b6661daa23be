package io.perennial.spring.boot;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A key store in a file of the temporary directory, readable only by its owner and protected by a random password. A
 * reader finds the complete old store or the complete new one. Thread-safe.
 */
final class StoreFile {
    private final Path path = newFile();
    private final String password = newPassword();

    @GuardedBy("this")
    private byte[] content = {};

    @GuardedBy("this")
    private boolean deleted;

    String location() {
        return path.toString();
    }

    String password() {
        return password;
    }

    /** Writes the content of the file. */
    byte[] contentOf(KeyStore store) throws GeneralSecurityException, IOException {
        var out = new ByteArrayOutputStream();
        store.store(out, password.toCharArray());
        return out.toByteArray();
    }

    /** Replaces the file's content. Returns false when the file is deleted. */
    synchronized boolean write(byte[] newContent) throws IOException {
        if (deleted) {
            return false;
        }
        content = newContent;
        Path next = newFile();
        try {
            Files.write(next, content);
            Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /** Writes it again if the directory has been cleaned up. */
    synchronized void restore() throws IOException {
        if (Files.notExists(path)) {
            write(content);
        }
    }

    synchronized void delete() {
        deleted = true;
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }

    private static Path newFile() {
        try {
            Path file = Files.createTempFile("perennial-", ".p12");
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("no file can be made for a key store", e);
        }
    }

    private static String newPassword() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
