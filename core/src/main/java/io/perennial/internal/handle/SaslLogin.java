package io.perennial.internal.handle;

import javax.security.auth.login.Configuration;
import org.apache.zookeeper.client.ZKClientConfig;

/** The login with which ZooKeeper's client authenticates by SASL: a section of JAAS, set by a file or by code. */
public final class SaslLogin {
    private SaslLogin() {}

    /**
     * Switches SASL off where there is no login, unless the configuration itself has a setting for SASL: otherwise the
     * client would look for a login at every connection attempt.
     *
     * @param config the configuration to change
     */
    public static void switchOffWithout(ZKClientConfig config) {
        if (config.getProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY) == null && !isWanted(config)) {
            config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        }
    }

    /** If a login was named explicitly and does not exist, complaining is left to the client. */
    private static boolean isWanted(ZKClientConfig config) {
        return config.getProperty(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY) != null
                || config.getJaasConfKey() != null
                || exists(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY_DEFAULT);
    }

    private static boolean exists(String section) {
        try {
            return Configuration.getConfiguration().getAppConfigurationEntry(section) != null;
        } catch (SecurityException | IllegalArgumentException e) {
            return false; // The JVM has none. Some third-party configurations signal that with the latter.
        }
    }
}
