package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import java.util.List;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether there is a session, default candidate or not. */
final class OnSession extends SpringBootCondition implements ConfigurationCondition {
    @Override
    public ConfigurationPhase getConfigurationPhase() {
        return ConfigurationPhase.REGISTER_BEAN;
    }

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnSession.class);
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        String[] names = beans == null
                ? new String[0]
                : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, ResilientSession.class, true, false);
        return names.length == 0
                ? ConditionOutcome.noMatch(message.because("there is no session"))
                : ConditionOutcome.match(message.found("session", "sessions").items(List.of(names)));
    }
}
