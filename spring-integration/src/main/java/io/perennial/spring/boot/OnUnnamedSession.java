package io.perennial.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether {@code perennial.*} itself defines a session: when it says where the servers are, or when no session is
 * configured at all, so that the lack is noticed. If there are only named sessions, there is no further one.
 */
final class OnUnnamedSession extends SpringBootCondition implements ConfigurationCondition {
    @Override
    public ConfigurationPhase getConfigurationPhase() {
        return ConfigurationPhase.REGISTER_BEAN;
    }

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        var message = ConditionMessage.forCondition("Unnamed session");
        var environment = context.getEnvironment();
        if (new CloudFallback(environment).given() != null) {
            return ConditionOutcome.match(message.because("a connect string is given"));
        }
        var beans = context.getBeanFactory();
        if (beans != null && beans.getBeanNamesForType(ZooKeeperConnectionDetails.class, true, false).length > 0) {
            return ConditionOutcome.match(message.because("connection details are given"));
        }
        return NamedSessions.names(environment).isEmpty()
                ? ConditionOutcome.match(message.because("no named session is given"))
                : ConditionOutcome.noMatch(message.because("only named sessions are given"));
    }
}
