package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/**
 * Only where the context has a {@link ResilientSession}, of whatever kind, and {@code perennial.enabled} is not false.
 * Unlike {@code @ConditionalOnBean} it counts named sessions too, which are injected by their names alone. For
 * auto-configurations after {@link PerennialAutoConfiguration}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ConditionalOnSessionsEnabled
@Conditional(OnSession.class)
public @interface ConditionalOnSession {}
