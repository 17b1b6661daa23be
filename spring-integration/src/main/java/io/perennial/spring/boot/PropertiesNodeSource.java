package io.perennial.spring.boot;

import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.spring.EphemeralNodeSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/** The nodes that the properties declare. Their placeholders are resolved late, when the web server's port is known. */
record PropertiesNodeSource(
        String session, String prefix, List<SessionProperties.Node> declared, Environment environment)
        implements EphemeralNodeSource {
    @Override
    public List<EphemeralSpec> nodes() {
        List<EphemeralSpec> nodes = new ArrayList<>();
        for (int i = 0; i < declared.size(); i++) {
            nodes.add(node(prefix + "[" + i + "]", declared.get(i)));
        }
        return nodes;
    }

    private EphemeralSpec node(String property, SessionProperties.Node node) {
        String path = node.getPath();
        if (path == null || path.isBlank()) {
            throw new InvalidConfigurationPropertyValueException(
                    property + ".path",
                    path,
                    "give an absolute path, for example /services/orders/${local.server.port}");
        }
        return EphemeralSpec.at(resolved(property + ".path", path))
                .data(resolved(property + ".data", node.getData()).getBytes(StandardCharsets.UTF_8))
                .sequential(node.isSequential())
                .containerParents(node.isContainerParents())
                .onConflict(node.getOnConflict());
    }

    private String resolved(String property, String text) {
        try {
            return environment.resolveRequiredPlaceholders(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(property, text, e.getMessage());
        }
    }
}
