package io.perennial.spring;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;

/** Resolves {@code ${...}} and {@code #{...}} in annotations. */
final class Expressions {
    private static final String UNRESOLVED =
            "Set the property that the placeholder names, or give a default: ${name:default}.";

    private final EmbeddedValueResolver resolver;

    Expressions(ConfigurableBeanFactory beans) {
        this.resolver = new EmbeddedValueResolver(beans);
    }

    /**
     * The text, resolved.
     *
     * @throws InvalidDeclarationException when it cannot be resolved
     */
    String resolve(String text, String declaredBy) {
        String resolved;
        try {
            resolved = resolver.resolveStringValue(text);
        } catch (RuntimeException e) {
            throw new InvalidDeclarationException(
                    declaredBy + ": '" + text + "' cannot be resolved: " + e.getMessage(), UNRESOLVED, e);
        }
        if (resolved == null) {
            throw new InvalidDeclarationException(declaredBy + ": '" + text + "' resolves to null", UNRESOLVED, null);
        }
        return resolved;
    }

    /**
     * A path, resolved. A context without a placeholder configurer leaves an unknown placeholder as it is.
     *
     * @throws InvalidDeclarationException when it cannot be resolved, or is not absolute
     */
    String path(String text, String declaredBy) {
        String path = resolve(text, declaredBy);
        if (path.contains("${")) {
            throw new InvalidDeclarationException(
                    declaredBy + ": '" + text + "' cannot be resolved: '" + path + "' is left", UNRESOLVED, null);
        }
        if (!path.startsWith("/")) {
            throw new InvalidDeclarationException(
                    declaredBy + ": the path is '" + path + "'" + (path.equals(text) ? "" : ", from '" + text + "'")
                            + "; it must be absolute, such as /services/orders",
                    "Let the path begin with a slash.",
                    null);
        }
        return path;
    }
}
