package io.perennial.spring.boot;

import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.spring.EphemeralNodeSource;
import io.perennial.spring.boot.diagnostics.InvalidSecretException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.common.PathUtils;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.util.PlaceholderResolutionException;

/**
 * The nodes that the properties declare. They are read, and their placeholders resolved, when they are published: the
 * web server's port is known then, and goes before a default in the placeholder.
 */
record PropertiesNodeSource(String session, String prefix, Environment environment) implements EphemeralNodeSource {
    private static final String PORT = "local.server.port";

    private static final Bindable<List<NodeProperties>> NODES = Bindable.listOf(NodeProperties.class);

    @Override
    public List<EphemeralSpec> nodes() {
        List<NodeProperties> declared =
                Binder.get(environment).bind(prefix, NODES).orElse(List.of());
        List<EphemeralSpec> nodes = new ArrayList<>();
        for (int i = 0; i < declared.size(); i++) {
            nodes.add(node(prefix + "[" + i + "]", declared.get(i)));
        }
        return nodes;
    }

    private EphemeralSpec node(String property, NodeProperties node) {
        String path = node.getPath();
        if (path == null || path.isBlank()) {
            throw new InvalidConfigurationPropertyValueException(
                    property + ".path",
                    path,
                    "give an absolute path, for example /services/orders/${local.server.port}");
        }
        return EphemeralSpec.at(valid(property + ".path", resolvedPath(property + ".path", path), node.isSequential()))
                .data(resolvedData(property + ".data", node.getData()).getBytes(StandardCharsets.UTF_8))
                .sequential(node.isSequential())
                .containerParents(node.isContainerParents())
                .onConflict(node.getOnConflict());
    }

    private static String valid(String property, String path, boolean sequential) {
        try {
            PathUtils.validatePath(path, sequential);
            return path;
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(property, path, e.getMessage());
        }
    }

    private String resolvedPath(String property, String text) {
        try {
            return environment.resolveRequiredPlaceholders(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(property, text, e.getMessage() + hint(text));
        }
    }

    /** The port is known only to an application that starts its web server itself. */
    private static String hint(String text) {
        return text.contains("${" + PORT)
                ? "; a WAR in a container, or an application without a web server, has no such port: write"
                        + " ${orders.port} there, for example, and set that property"
                : "";
    }

    /** Without the text: a node's data may be a secret. */
    private String resolvedData(String property, String text) {
        try {
            return environment.resolveRequiredPlaceholders(text);
        } catch (PlaceholderResolutionException e) {
            throw new InvalidSecretException(
                    property,
                    text.length(),
                    "nothing resolves its placeholder '" + e.getPlaceholder() + "'" + hint(text));
        }
    }
}
