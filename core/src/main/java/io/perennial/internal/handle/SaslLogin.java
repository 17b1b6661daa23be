package io.perennial.internal.handle;

import javax.security.auth.login.Configuration;
import org.apache.zookeeper.client.ZKClientConfig;

/** The login by which ZooKeeper's client authenticates with SASL: a section of JAAS, set by a file or by code. */
public final class SaslLogin {
    private SaslLogin() {}

    /**
     * Switches SASL off where there is no login, unless the configuration says something of SASL itself: otherwise the
     * client would look for a login at every connection attempt.
     *
     * @param config to be changed
     */
    public static void switchOffWithout(ZKClientConfig config) {
        if (config.getProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY) == null && !isWanted(config)) {
            config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        }
    }

    /** A login that somebody has named and that is not there is for the client to complain of. */
    private static boolean isWanted(ZKClientConfig config) {
        return config.getProperty(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY) != null
                || config.getJaasConfKey() != null
                || exists(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY_DEFAULT);
    }

    private static boolean exists(String section) {
        try {
            return Configuration.getConfiguration().getAppConfigurationEntry(section) != null;
        } catch (SecurityException | IllegalArgumentException e) {
            return false; // The JVM has none. Some configurations of others say so by the latter.
        }
    }
}
