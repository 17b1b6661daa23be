package io.perennial.spring.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;

/**
 * Hands an SSL bundle to ZooKeeper's TLS client, which takes nothing but key stores in files: they are written, readable by
 * their owner alone and under passwords that are made up, and deleted when the context has closed its sessions.
 */
final class TlsStores {
    private static final String TYPE = "PKCS12";

    private final List<Path> files = new CopyOnWriteArrayList<>();

    void configure(ZKClientConfig config, SslBundle bundle, boolean hostnameVerification) {
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        try (var names = new ClientX509Util()) {
            KeyStore keys = bundle.getStores().getKeyStore();
            if (keys != null) {
                String password = newPassword();
                SslBundleKey key = bundle.getKey();
                String keyPassword =
                        key.getPassword() == null ? bundle.getStores().getKeyStorePassword() : key.getPassword();
                config.setProperty(
                        names.getSslKeystoreLocationProperty(),
                        write(copyOfKeys(keys, key.getAlias(), keyPassword, password), password));
                config.setProperty(names.getSslKeystorePasswdProperty(), password);
                config.setProperty(names.getSslKeystoreTypeProperty(), TYPE);
            }
            KeyStore trusted = bundle.getStores().getTrustStore();
            if (trusted != null) {
                String password = newPassword();
                config.setProperty(
                        names.getSslTruststoreLocationProperty(), write(copyOfCertificates(trusted), password));
                config.setProperty(names.getSslTruststorePasswdProperty(), password);
                config.setProperty(names.getSslTruststoreTypeProperty(), TYPE);
            }
            config.setProperty(names.getSslHostnameVerificationEnabledProperty(), String.valueOf(hostnameVerification));
            SslOptions options = bundle.getOptions();
            set(config, names.getSslEnabledProtocolsProperty(), protocols(bundle));
            set(config, names.getSslCipherSuitesProperty(), options.getCiphers());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "the SSL bundle's stores cannot be handed to ZooKeeper's client: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("the SSL bundle's stores cannot be written for ZooKeeper's client", e);
        }
    }

    /**
     * Always the single ones: ZooKeeper would take the bundle's {@code TLS}, a name for several, for one of them, and fail at
     * every connection attempt.
     */
    private static String[] protocols(SslBundle bundle) throws GeneralSecurityException {
        String[] enabled = bundle.getOptions().getEnabledProtocols();
        if (enabled != null) {
            return enabled;
        }
        SSLContext context = SSLContext.getInstance(bundle.getProtocol());
        context.init(null, null, null);
        return context.getDefaultSSLParameters().getProtocols();
    }

    private static void set(ZKClientConfig config, String property, String @Nullable [] values) {
        if (values != null) {
            config.setProperty(property, String.join(",", values));
        }
    }

    private static KeyStore copyOfKeys(
            KeyStore keys, @Nullable String alias, @Nullable String keyPassword, String password)
            throws GeneralSecurityException, IOException {
        KeyStore copy = empty();
        char[] old = keyPassword == null ? new char[0] : keyPassword.toCharArray();
        for (String each : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(each) && (alias == null || alias.equalsIgnoreCase(each))) {
                copy.setKeyEntry(each, keys.getKey(each, old), password.toCharArray(), keys.getCertificateChain(each));
            }
        }
        if (copy.size() == 0) {
            throw new IllegalStateException("the SSL bundle's key store has no private key"
                    + (alias == null ? "" : " under the alias '" + alias + "'"));
        }
        return copy;
    }

    private static KeyStore copyOfCertificates(KeyStore trusted) throws GeneralSecurityException, IOException {
        KeyStore copy = empty();
        for (String each : Collections.list(trusted.aliases())) {
            if (trusted.isCertificateEntry(each)) {
                copy.setCertificateEntry(each, trusted.getCertificate(each));
            }
        }
        return copy;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(TYPE);
        store.load(null, null);
        return store;
    }

    private String write(KeyStore store, String password) throws GeneralSecurityException, IOException {
        Path file = Files.createTempFile("perennial-", ".p12");
        files.add(file);
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
        return file.toString();
    }

    private static String newPassword() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    void delete() {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                file.toFile().deleteOnExit();
            }
        }
    }
}
