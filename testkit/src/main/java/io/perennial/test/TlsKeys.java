package io.perennial.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * A key with its self-signed certificate, made by the JDK's keytool; in PKCS12 stores and as PEM. Making one takes a
 * few seconds.
 *
 * @param directory the directory of its files
 * @param name the prefix of the files, and the alias in the stores
 */
public record TlsKeys(Path directory, String name) {
    /** The password of the stores. */
    public static final String PASSWORD = "store-password";

    private static final String LOCAL = "ip:127.0.0.1,dns:localhost";

    /**
     * Makes a key for servers of the kit, valid for 127.0.0.1 and localhost.
     *
     * @param directory for its files
     * @param name what they are to begin with
     * @return the key
     */
    public static TlsKeys make(Path directory, String name) {
        return make(directory, name, LOCAL);
    }

    /**
     * Makes a key. An existing one is renewed: a reader of its files gets another key from now on, with another
     * certificate.
     *
     * @param directory for its files
     * @param name what they are to begin with
     * @param names the names for which it is valid, as keytool takes them: {@code ip:127.0.0.1,dns:zookeeper-1}
     * @return the key
     */
    public static TlsKeys make(Path directory, String name, String names) {
        TlsKeys keys = new TlsKeys(directory, name);
        keys.delete();
        String certificate = keys.certificate().toString();
        keytool(
                keys.keyStore(),
                List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-groupname", "secp256r1"),
                List.of("-dname", "CN=" + name, "-ext", "san=" + names, "-validity", "2"));
        keytool(keys.keyStore(), List.of("-exportcert", "-rfc"), List.of("-alias", name, "-file", certificate));
        keytool(keys.trustStore(), List.of("-importcert", "-noprompt"), List.of("-alias", name, "-file", certificate));
        keys.writePrivateKey();
        return keys;
    }

    /**
     * The key and its certificate.
     *
     * @return a PKCS12 store
     */
    public Path keyStore() {
        return directory.resolve(name + ".p12");
    }

    /**
     * Only the certificate, for clients that trust this key.
     *
     * @return a PKCS12 store
     */
    public Path trustStore() {
        return directory.resolve(name + "-trusted.p12");
    }

    /**
     * The certificate.
     *
     * @return a PEM file
     */
    public Path certificate() {
        return directory.resolve(name + ".crt");
    }

    /**
     * The key.
     *
     * @return a PEM file
     */
    public Path privateKey() {
        return directory.resolve(name + ".key");
    }

    /**
     * For clients of a server with this key: TLS, and trust in it.
     *
     * @return a new configuration
     */
    public ZKClientConfig clientConfig() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        config.setProperty("zookeeper.ssl.trustStore.location", trustStore().toString());
        config.setProperty("zookeeper.ssl.trustStore.password", PASSWORD);
        return config;
    }

    private void delete() {
        try {
            for (Path file : List.of(keyStore(), trustStore(), certificate(), privateKey())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writePrivateKey() {
        try (InputStream in = Files.newInputStream(keyStore())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            byte[] key = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
            String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(key);
            Files.writeString(privateKey(), "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path store, List<String> what, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(what);
        command.addAll(options);
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Commands.run(command);
    }
}
