package io.perennial.internal.connect;

import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * A client's configuration that names a socket, and for everything else is another one, a user's: that has to stay as
 * it is, for other clients may share it. A copy would not do, because nobody can list what is in it.
 */
final class PromptConfig extends ZKClientConfig {
    private final ZKClientConfig given;
    private final String socket;

    PromptConfig(ZKClientConfig given, String socket) {
        this.given = given;
        this.socket = socket;
    }

    @Override
    public @Nullable String getProperty(String key) {
        return ZOOKEEPER_CLIENT_CNXN_SOCKET.equals(key) ? socket : given.getProperty(key);
    }

    @Override
    public String getProperty(String key, String otherwise) {
        return ZOOKEEPER_CLIENT_CNXN_SOCKET.equals(key) ? socket : given.getProperty(key, otherwise);
    }

    /** Also called by the constructor of the superclass, for itself. */
    @Override
    public void setProperty(String key, String value) {
        if (isMade()) {
            given.setProperty(key, value);
        }
    }

    @SuppressWarnings("ConstantValue") // not while the superclass is being constructed
    private boolean isMade() {
        return given != null;
    }

    @Override
    public boolean getBoolean(String key) {
        return given.getBoolean(key);
    }

    @Override
    public boolean getBoolean(String key, boolean otherwise) {
        return given.getBoolean(key, otherwise);
    }

    @Override
    public int getInt(String key, int otherwise) {
        return given.getInt(key, otherwise);
    }

    @Override
    public long getLong(String key, long otherwise) {
        return given.getLong(key, otherwise);
    }

    @Override
    public boolean isSaslClientEnabled() {
        return given.isSaslClientEnabled();
    }

    @Override
    public String getJaasConfKey() {
        return given.getJaasConfKey();
    }
}
