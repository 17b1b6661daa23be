package io.perennial.spring.boot.diagnostics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which artifact is made for which generation of Spring Boot. Used on all of them. */
enum Starter {
    BOOT3("perennial-spring-boot3-starter", "Spring Boot 3.5"),
    BOOT4("perennial-spring-boot-starter", "Spring Boot 4");

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})[.](\\d{1,4}).*");

    private final String artifact;
    private final String generation;

    Starter(String artifact, String generation) {
        this.artifact = artifact;
        this.generation = generation;
    }

    String artifact() {
        return artifact;
    }

    /** What it is made for. */
    String generation() {
        return generation;
    }

    /**
     * The artifact for a version of Spring Boot.
     *
     * @param version null, or not a version, if it is not known, as Spring Boot 2 reads it from a manifest; then it is
     *     this one
     * @return null if there is none
     */
    static @Nullable Starter forSpringBoot(@Nullable String version) {
        Matcher matcher = VERSION.matcher(version == null ? "" : version);
        if (!matcher.matches()) {
            return ThisStarter.STARTER;
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        if (major >= 4) {
            return BOOT4;
        }
        return major == 3 && minor >= 5 ? BOOT3 : null;
    }
}
