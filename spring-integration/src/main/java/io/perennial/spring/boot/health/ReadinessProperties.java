package io.perennial.spring.boot.health;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** The {@code perennial.readiness.*} properties; the condition reads them, this class describes them. */
@ConfigurationProperties("perennial.readiness")
class ReadinessProperties {
    /**
     * Whether the readiness probe also refuses traffic while a session is lost, has failed, does not exist yet, or no
     * longer holds its lease.
     */
    private boolean enabled;

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }
}
