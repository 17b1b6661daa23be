package io.perennial.spring;

import java.lang.annotation.Annotation;
import java.util.stream.Stream;
import org.springframework.core.MethodParameter;

/** Whether a method accepts null: by JSpecify's annotations, any other {@code Nullable}, or Kotlin's types. */
final class ParameterNullness {
    private ParameterNullness() {}

    /** Spring 6.2 does not look at annotations of the type, as JSpecify's are. */
    static boolean isNullable(MethodParameter parameter) {
        Annotation[] ofType = parameter
                .getExecutable()
                .getAnnotatedParameterTypes()[parameter.getParameterIndex()]
                .getAnnotations();
        return parameter.isOptional()
                || Stream.of(ofType)
                        .anyMatch(each -> each.annotationType().getSimpleName().equals("Nullable"));
    }
}
