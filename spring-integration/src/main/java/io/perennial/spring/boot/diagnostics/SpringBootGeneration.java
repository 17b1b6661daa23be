package io.perennial.spring.boot.diagnostics;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/**
 * Refuses a Spring Boot that another artifact is made for, or none, before any other class of this module runs, because
 * otherwise the message would only name the first missing class. It runs there itself, so it touches only what every
 * Spring Boot has.
 */
final class SpringBootGeneration implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {
    /** As Spring reads them. Whatever else is wrong is told by the condition that reads the property. */
    private static final Set<String> OFF = Set.of("false", "off", "no", "0");

    /** Where Perennial is switched off nothing of it runs, so that nothing can be missing. */
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        String enabled = context.getEnvironment().getProperty("perennial.enabled", "");
        if (!OFF.contains(enabled.toLowerCase(Locale.ROOT))) {
            check(SpringBootVersion.getVersion());
        }
    }

    /**
     * Refuses that version if it is not supported.
     *
     * @param version null, or not a version, if it is not known: then it counts as supported.
     */
    static void check(@Nullable String version) {
        if (version != null && Starter.forSpringBoot(version) != ThisStarter.STARTER) {
            throw new UnsupportedSpringBootException(version);
        }
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
