package io.perennial.spring;

import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;
import org.springframework.core.SpringVersion;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/** Whether a method accepts null: by JSpecify's annotations, any other {@code Nullable}, or Kotlin's types. */
final class ParameterNullness {
    /** Without Spring Boot nothing else would notice an older Spring. */
    private static final boolean SPRING_7 =
            ClassUtils.isPresent("org.springframework.core.Nullness", ParameterNullness.class.getClassLoader());

    private ParameterNullness() {}

    static boolean isNullable(MethodParameter parameter) {
        Assert.state(
                SPRING_7,
                () -> "perennial-spring-boot-starter needs Spring 7, this is " + SpringVersion.getVersion()
                        + "; perennial-spring-boot3-starter is the same for Spring 6.2");
        return Nullness.forMethodParameter(parameter) == Nullness.NULLABLE;
    }
}
