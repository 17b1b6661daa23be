package io.perennial.spring.boot.diagnostics;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/**
 * Refuses an older Spring Boot before any other class of this module runs, because otherwise the message would only
 * name the first missing class. It runs on those older versions, so it touches nothing that is new in Spring Boot 4.
 */
final class SpringBootGeneration implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {
    private static final int OLDEST = 4;
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
     * Whether that version is supported.
     *
     * @param version null, or not a version, if it is not known: Spring Boot 2 reads it from a manifest. Then it counts
     *     as supported.
     */
    static void check(@Nullable String version) {
        if (version != null && generation(version) < OLDEST) {
            throw new UnsupportedSpringBootException(version);
        }
    }

    private static int generation(String version) {
        int dot = version.indexOf('.');
        try {
            return dot < 0 ? OLDEST : Integer.parseInt(version.substring(0, dot));
        } catch (NumberFormatException e) {
            return OLDEST;
        }
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
