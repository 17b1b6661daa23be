package io.perennial.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a server has on disk, in its own directory below the system's temporary directory: its data, a backup of them,
 * and its configuration. The server must be stopped while its data are changed here.
 */
final class ServerFiles {
    private final Path path;

    ServerFiles(String prefix) {
        try {
            path = Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(path.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the server keeps its snapshots and transaction logs; it makes the directory itself. */
    Path data() {
        return path.resolve("data");
    }

    void deleteData() {
        delete(data());
    }

    /** Copies the data, in place of an earlier backup. */
    void backUp() {
        delete(backup());
        copy(data(), backup());
    }

    /** Puts the data back as they were at the last {@link #backUp}. */
    void putBackupBack() {
        if (!Files.exists(backup())) {
            throw new IllegalStateException("there is no backup: call backUp() first");
        }
        deleteData();
        copy(backup(), data());
    }

    /** Deletes the directory with everything in it; files that a dying process still adds are left to the system. */
    void delete() {
        delete(path);
    }

    private Path backup() {
        return path.resolve("backup");
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path each : walk.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(root)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            // A left-over temporary file is no reason to fail a test.
        }
    }
}
