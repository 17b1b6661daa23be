package io.perennial.test;

import java.time.Duration;

/** The settings that every kind of server has. */
abstract class ServerSettings<B extends ServerSettings<B>> {
    private Duration tickTime = Duration.ofMillis(500);
    private Duration minSessionTimeout = Duration.ofMillis(500);
    private Duration maxSessionTimeout = Duration.ofSeconds(60);
    private boolean authenticationRequired;

    abstract B self();

    /**
     * ZooKeeper's unit of time, and the interval at which servers look for expired sessions. Default 0.5 s.
     *
     * @param value the length of a tick
     * @return this
     */
    public B tickTime(Duration value) {
        tickTime = value;
        return self();
    }

    /**
     * Servers silently grant no less than this. Default 0.5 s.
     *
     * @param value the least session timeout
     * @return this
     */
    public B minSessionTimeout(Duration value) {
        minSessionTimeout = value;
        return self();
    }

    /**
     * Servers silently grant no more than this. Default 60 s.
     *
     * @param value the greatest session timeout
     * @return this
     */
    public B maxSessionTimeout(Duration value) {
        maxSessionTimeout = value;
        return self();
    }

    /**
     * Hangs up on clients without {@code digest} credentials (any will do), as {@code enforce.auth.enabled} does.
     * Servers that have SASL users serve these as well.
     *
     * @return this
     */
    public B requireAuthentication() {
        authenticationRequired = true;
        return self();
    }

    int tickMillis() {
        return Math.toIntExact(tickTime.toMillis());
    }

    int minSessionMillis() {
        return Math.toIntExact(minSessionTimeout.toMillis());
    }

    int maxSessionMillis() {
        return Math.toIntExact(maxSessionTimeout.toMillis());
    }

    boolean isAuthenticationRequired() {
        return authenticationRequired;
    }
}
