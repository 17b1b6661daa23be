package io.perennial.spring;

import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;

/** Whether a method accepts null: by JSpecify's annotations, any other {@code Nullable}, or Kotlin's types. */
final class ParameterNullness {
    private ParameterNullness() {}

    static boolean isNullable(MethodParameter parameter) {
        return Nullness.forMethodParameter(parameter) == Nullness.NULLABLE;
    }
}
