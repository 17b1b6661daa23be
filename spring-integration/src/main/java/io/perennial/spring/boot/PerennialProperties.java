package io.perennial.spring.boot;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The {@code perennial.*} properties: those of the application's session, and of further ones by name. */
@ConfigurationProperties(PerennialProperties.PREFIX)
class PerennialProperties extends SessionProperties {
    /** The prefix of all properties. */
    static final String PREFIX = "perennial";

    static final String DEFAULT_NAME = "zookeeper";

    /**
     * Whether to enable Perennial.
     */
    private boolean enabled = true;

    /**
     * Name of the session, for logs, threads and metrics.
     */
    private String name = DEFAULT_NAME;

    /**
     * Which of the named sessions is injected where none is asked for by name, when perennial.connect-string is not
     * set.
     */
    private @Nullable String primary;

    /**
     * Further sessions by name; each has the same properties, and inherits from perennial.* what it does not set,
     * except for the nodes.
     */
    private Map<String, SessionProperties> sessions = new LinkedHashMap<>();

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public @Nullable String getPrimary() {
        return primary;
    }

    public void setPrimary(@Nullable String primary) {
        this.primary = primary;
    }

    public Map<String, SessionProperties> getSessions() {
        return sessions;
    }

    public void setSessions(Map<String, SessionProperties> sessions) {
        this.sessions = sessions;
    }
}
