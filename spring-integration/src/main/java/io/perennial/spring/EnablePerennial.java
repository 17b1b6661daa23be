package io.perennial.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Makes an application context manage its {@link io.perennial.ResilientSession} beans: they start with the context, its
 * beans' nodes and watches are registered, transitions become application events, and a context that closes or fails to
 * start leaves no client behind. For plain Spring; Spring Boot's auto-configuration brings it along.
 *
 * <p>The sessions themselves are beans of the application: {@link ResilientSessionFactoryBean}, or a {@code @Bean}
 * method that returns a built session. Where there is no annotated configuration, as in XML, {@code <bean
 * class="io.perennial.spring.PerennialConfiguration"/>} together with {@code <context:annotation-config/>} does the
 * same.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(PerennialConfiguration.class)
public @interface EnablePerennial {}
