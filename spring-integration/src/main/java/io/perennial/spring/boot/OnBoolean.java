package io.perennial.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether a property is true; a value that is neither true nor false fails, whereas Spring Boot's condition takes it
 * for false.
 */
public abstract class OnBoolean extends SpringBootCondition {
    private final String property;
    private final boolean byDefault;

    /**
     * For one property.
     *
     * @param property its name
     * @param byDefault what counts where it is not set
     */
    protected OnBoolean(String property, boolean byDefault) {
        this.property = property;
        this.byDefault = byDefault;
    }

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean value = Binder.get(context.getEnvironment())
                .bind(property, Boolean.class)
                .orElse(byDefault);
        return new ConditionOutcome(
                value, ConditionMessage.forCondition("Perennial").because(property + " is " + value));
    }
}
