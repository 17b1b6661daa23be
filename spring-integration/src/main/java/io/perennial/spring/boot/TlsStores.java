package io.perennial.spring.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;

/**
 * Hands an SSL bundle to ZooKeeper's TLS client, which accepts only key stores in files, and reads them at each
 * connection attempt: they are written, replaced when the bundle is reloaded, and deleted when the context has closed
 * its sessions.
 */
final class TlsStores {
    private static final String TYPE = "PKCS12";

    private final List<StoreFile> files = new CopyOnWriteArrayList<>();

    /** A bundle's stores as files; null where it has no such store. */
    record Written(@Nullable StoreFile keys, @Nullable StoreFile trusted) {

        /**
         * Replaces them with the stores of the reloaded bundle; the client reads them at its next connection attempt.
         *
         * @return false when they have been deleted by now
         * @throws IllegalStateException when they cannot be used; the old ones are kept
         */
        boolean replace(SslBundle bundle) {
            KeyStore newKeys = bundle.getStores().getKeyStore();
            KeyStore newTrusted = bundle.getStores().getTrustStore();
            if ((keys == null) != (newKeys == null) || (trusted == null) != (newTrusted == null)) {
                throw new IllegalStateException(
                        "it has gained or lost its key store or its trust store, which takes a restart");
            }
            return write(bundle, this);
        }

        /** Writes the files again if they have been cleaned up. */
        void restore() throws IOException {
            if (keys != null) {
                keys.restore();
            }
            if (trusted != null) {
                trusted.restore();
            }
        }
    }

    Written configure(ZKClientConfig config, SslBundle bundle, boolean hostnameVerification) {
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        var written = new Written(
                file(bundle.getStores().getKeyStore()), file(bundle.getStores().getTrustStore()));
        var unused = write(bundle, written);
        try (var names = new ClientX509Util()) {
            StoreFile keys = written.keys;
            if (keys != null) {
                config.setProperty(names.getSslKeystoreLocationProperty(), keys.location());
                config.setProperty(names.getSslKeystorePasswdProperty(), keys.password());
                config.setProperty(names.getSslKeystoreTypeProperty(), TYPE);
            }
            StoreFile trusted = written.trusted;
            if (trusted != null) {
                config.setProperty(names.getSslTruststoreLocationProperty(), trusted.location());
                config.setProperty(names.getSslTruststorePasswdProperty(), trusted.password());
                config.setProperty(names.getSslTruststoreTypeProperty(), TYPE);
            }
            config.setProperty(names.getSslHostnameVerificationEnabledProperty(), String.valueOf(hostnameVerification));
            set(config, names.getSslEnabledProtocolsProperty(), protocols(bundle));
            set(config, names.getSslCipherSuitesProperty(), bundle.getOptions().getCiphers());
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
        return written;
    }

    private @Nullable StoreFile file(@Nullable KeyStore store) {
        if (store == null) {
            return null;
        }
        var file = new StoreFile();
        files.add(file);
        return file;
    }

    /** Makes both before it writes one. Returns false when the files are deleted. */
    private static boolean write(SslBundle bundle, Written written) {
        try {
            var contents = new LinkedHashMap<StoreFile, byte[]>();
            KeyStore keys = bundle.getStores().getKeyStore();
            if (written.keys != null && keys != null) {
                contents.put(written.keys, written.keys.contentOf(copyOfKeys(bundle, keys, written.keys)));
            }
            KeyStore trusted = bundle.getStores().getTrustStore();
            if (written.trusted != null && trusted != null) {
                contents.put(written.trusted, written.trusted.contentOf(copyOfCertificates(trusted)));
            }
            boolean present = true;
            for (Map.Entry<StoreFile, byte[]> each : contents.entrySet()) {
                present &= each.getKey().write(each.getValue());
            }
            return present;
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        } catch (IOException e) {
            throw new UncheckedIOException("the SSL bundle's stores cannot be written for ZooKeeper's client", e);
        }
    }

    private static IllegalStateException unusable(GeneralSecurityException e) {
        return new IllegalStateException(
                "the SSL bundle's stores cannot be handed to ZooKeeper's client: " + e.getMessage(), e);
    }

    /**
     * Always the individual protocols: ZooKeeper would take the bundle's {@code TLS}, a name for several of them, for a
     * single one, and fail at every connection attempt.
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

    /** Protected by the file's password. */
    private static KeyStore copyOfKeys(SslBundle bundle, KeyStore keys, StoreFile file)
            throws GeneralSecurityException, IOException {
        SslBundleKey key = bundle.getKey();
        String alias = key.getAlias();
        String password = key.getPassword() == null ? bundle.getStores().getKeyStorePassword() : key.getPassword();
        char[] old = password == null ? new char[0] : password.toCharArray();
        KeyStore copy = empty();
        for (String each : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(each) && (alias == null || alias.equalsIgnoreCase(each))) {
                copy.setKeyEntry(
                        each, keys.getKey(each, old), file.password().toCharArray(), keys.getCertificateChain(each));
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

    void delete() {
        files.forEach(StoreFile::delete);
    }
}
