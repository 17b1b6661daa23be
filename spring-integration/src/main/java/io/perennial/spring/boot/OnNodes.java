package io.perennial.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether {@code perennial.nodes} declares any; only then must it be clear which session gets them. */
final class OnNodes extends SpringBootCondition {
    private static final ConfigurationPropertyName NODES =
            ConfigurationPropertyName.of(PerennialProperties.PREFIX + ".nodes");

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean declared = isDeclared(context.getEnvironment());
        return new ConditionOutcome(
                declared,
                ConditionMessage.forCondition("Nodes").because(NODES + (declared ? " declares some" : " has none")));
    }

    /** Does not read the values: an error in them is reported better later. */
    private static boolean isDeclared(Environment environment) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.containsDescendantOf(NODES) == ConfigurationPropertyState.PRESENT) {
                return true;
            }
        }
        return false;
    }
}
