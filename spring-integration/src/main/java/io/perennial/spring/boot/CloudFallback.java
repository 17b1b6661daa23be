package io.perennial.spring.boot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** What Spring Cloud Zookeeper's properties say where ours say nothing. */
final class CloudFallback {
    private static final String PREFIX = "spring.cloud.zookeeper";
    /** Its own default. */
    private static final String CONNECT_STRING = "localhost:2181";

    private final Environment environment;

    CloudFallback(Environment environment) {
        this.environment = environment;
    }

    @Nullable
    String connectString(@Nullable String ours) {
        if (ours != null && !ours.isBlank()) {
            return ours;
        }
        String theirs = environment.getProperty(PREFIX + ".connect-string");
        return theirs == null && isPresent() ? CONNECT_STRING : theirs;
    }

    /** With Spring Cloud Zookeeper an application runs on its default; so it does on us. */
    private static boolean isPresent() {
        return ClassUtils.isPresent("org.springframework.cloud.zookeeper.ZookeeperProperties", null);
    }

    void applyTimeouts(SessionProperties properties) {
        Binder binder = Binder.get(environment);
        if (!isGiven("session-timeout")) {
            binder.bind(PREFIX + ".session-timeout", Duration.class).ifBound(properties::setSessionTimeout);
        }
        if (!isGiven("connect-timeout")) {
            binder.bind(PREFIX + ".connection-timeout", Duration.class).ifBound(properties::setConnectTimeout);
        }
    }

    private boolean isGiven(String property) {
        return Binder.get(environment)
                .bind(PerennialProperties.PREFIX + "." + property, String.class)
                .isBound();
    }
}
