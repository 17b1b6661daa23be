package io.perennial.spring;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;

/** Resolves {@code ${...}} and {@code #{...}} in annotations. */
final class Expressions {
    private final EmbeddedValueResolver resolver;

    Expressions(ConfigurableBeanFactory beans) {
        this.resolver = new EmbeddedValueResolver(beans);
    }

    /**
     * The text, resolved.
     *
     * @throws IllegalStateException when it cannot be resolved
     */
    String resolve(String text, String declaredBy) {
        String resolved;
        try {
            resolved = resolver.resolveStringValue(text);
        } catch (RuntimeException e) {
            throw new IllegalStateException(declaredBy + ": '" + text + "' cannot be resolved: " + e.getMessage(), e);
        }
        if (resolved == null) {
            throw new IllegalStateException(declaredBy + ": '" + text + "' resolves to null");
        }
        return resolved;
    }

    /**
     * A path, resolved. A context without a placeholder configurer leaves an unknown placeholder as it is.
     *
     * @throws IllegalStateException when it cannot be resolved, or is not absolute
     */
    String path(String text, String declaredBy) {
        String path = resolve(text, declaredBy);
        if (path.contains("${")) {
            throw new IllegalStateException(
                    declaredBy + ": '" + text + "' cannot be resolved: '" + path + "' is left; set the property");
        }
        if (!path.startsWith("/")) {
            throw new IllegalStateException(
                    declaredBy + ": the path is '" + path + "'" + (path.equals(text) ? "" : ", from '" + text + "'")
                            + "; it must be absolute, such as /services/orders");
        }
        return path;
    }
}
