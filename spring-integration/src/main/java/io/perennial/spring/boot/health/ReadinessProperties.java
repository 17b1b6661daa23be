package io.perennial.spring.boot.health;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** What {@code perennial.readiness.*} says; the condition reads it, this describes it. */
@ConfigurationProperties("perennial.readiness")
class ReadinessProperties {
    /**
     * Whether the readiness probe also refuses traffic while a session is lost, has failed, is not there yet, or no longer
     * holds its lease.
     */
    private boolean enabled;

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }
}
