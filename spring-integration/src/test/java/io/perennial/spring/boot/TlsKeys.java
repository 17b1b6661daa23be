package io.perennial.spring.boot;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A key with its certificate, made by the JDK's keytool; in stores and as PEM. */
public record TlsKeys(Path directory, String name) {
    public static final String PASSWORD = "store-password";

    /** Makes them: self-signed, for the names given as keytool takes them, {@code ip:127.0.0.1} for example. */
    public static TlsKeys make(Path directory, String name, String names) throws Exception {
        var keys = new TlsKeys(directory, name);
        keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + name)
                .and("-ext", "san=" + names, "-validity", "2")
                .store(keys.keyStore());
        keytool(
                        "-exportcert",
                        "-rfc",
                        "-alias",
                        name,
                        "-file",
                        keys.certificate().toString())
                .store(keys.keyStore());
        keytool(
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        name,
                        "-file",
                        keys.certificate().toString())
                .store(keys.trustStore());
        keys.writePrivateKey();
        return keys;
    }

    Path keyStore() {
        return directory.resolve(name + ".p12");
    }

    public Path trustStore() {
        return directory.resolve(name + "-trusted.p12");
    }

    public Path certificate() {
        return directory.resolve(name + ".crt");
    }

    Path privateKey() {
        return directory.resolve(name + ".key");
    }

    private void writePrivateKey() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore())) {
            store.load(in, PASSWORD.toCharArray());
        }
        byte[] key = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
        Files.writeString(
                privateKey(),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
    }

    private static Keytool keytool(String... arguments) {
        return new Keytool(List.of(arguments));
    }

    private record Keytool(List<String> arguments) {
        Keytool and(String... more) {
            var all = new ArrayList<>(arguments);
            all.addAll(List.of(more));
            return new Keytool(all);
        }

        void store(Path store) throws Exception {
            var command = new ArrayList<String>();
            command.add(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
            command.addAll(arguments);
            command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        }
    }
}
