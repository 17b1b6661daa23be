package io.perennial.spring.boot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** Spring Cloud Zookeeper's properties, where Perennial's are not set. */
final class CloudFallback {
    private static final String PREFIX = "spring.cloud.zookeeper";
    /** Its own default. */
    private static final String CONNECT_STRING = "localhost:2181";

    private final Binder binder;

    CloudFallback(Environment environment) {
        this(Binder.get(environment));
    }

    CloudFallback(Binder binder) {
        this.binder = binder;
    }

    /** The servers that a property names: Perennial's, passed here, or Spring Cloud's. */
    @Nullable
    String given(@Nullable String configured) {
        return configured != null && !configured.isBlank() ? configured : property("connect-string", String.class);
    }

    /** The unnamed session's own property. */
    @Nullable
    String given() {
        return given(binder.bind(PerennialProperties.PREFIX + ".connect-string", String.class)
                .orElse(null));
    }

    /** The servers to use. */
    @Nullable
    String connectString(@Nullable String configured) {
        String given = given(configured);
        return given == null && isInUse() ? CONNECT_STRING : given;
    }

    /** With Spring Cloud Zookeeper an application runs on its default servers; with Perennial it does, too. */
    private boolean isInUse() {
        return ClassUtils.isPresent("org.springframework.cloud.zookeeper.ZookeeperProperties", null)
                && !Boolean.FALSE.equals(property("enabled", Boolean.class));
    }

    private <T> @Nullable T property(String name, Class<T> type) {
        return binder.bind(PREFIX + "." + name, type).orElse(null);
    }

    void applyTimeouts(SessionProperties properties) {
        if (!isGiven("session-timeout")) {
            binder.bind(PREFIX + ".session-timeout", Duration.class).ifBound(properties::setSessionTimeout);
        }
        if (!isGiven("connect-timeout")) {
            binder.bind(PREFIX + ".connection-timeout", Duration.class).ifBound(properties::setConnectTimeout);
        }
    }

    private boolean isGiven(String property) {
        return binder.bind(PerennialProperties.PREFIX + "." + property, String.class)
                .isBound();
    }
}
