package io.perennial.spring;

import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Publishes an ephemeral node as long as the context runs. Put it on a bean's method without parameters that returns
 * the node's data; or on a bean that is a {@code Supplier} of them: on its class, or on the {@code @Bean} method that
 * makes it.
 *
 * <p>Data that are {@code byte[]} or {@code String} (UTF-8) are taken as they are, null is a node without data,
 * anything else goes through the first {@link PayloadConverter} bean that supports it, else through the context's
 * {@code ConversionService}, to {@code byte[]} if the application has registered a converter for that, otherwise to
 * {@code String}.
 *
 * <p>The node is published in phase {@link SessionPhases#NODES}, when a web server, if any, takes requests, without
 * waiting for the network; it is withdrawn before that server drains, and while the context is paused. The method is
 * called on the thread that starts the context, each time before the node is published, and at {@link
 * PublishedNodes#refresh()}. If it throws, the start fails. The node of a bean made later, such as a lazy one, is
 * published when it is made. The bean must be a singleton, or have a scoped proxy; it is destroyed before its session.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface ZooKeeperNode {
    /**
     * The path, see {@link #path()}.
     *
     * @return the path
     */
    @AliasFor("path")
    String value() default "";

    /**
     * The absolute path, below the session's namespace; for a sequential node the prefix. {@code ${...}} and {@code
     * #{...}} are resolved just before the node is published: {@code ${local.server.port}} is known by then.
     *
     * @return the path
     */
    @AliasFor("value")
    String path() default "";

    /**
     * Whether the server numbers the node, see {@link io.perennial.ephemeral.EphemeralSpec#sequential(boolean)}.
     *
     * @return whether it does
     */
    boolean sequential() default false;

    /**
     * Whether missing parents are made as containers, see {@link
     * io.perennial.ephemeral.EphemeralSpec#containerParents(boolean)}.
     *
     * @return whether they are
     */
    boolean containerParents() default false;

    /**
     * What to do when a node that this session does not own is at the path.
     *
     * @return the policy
     */
    OnConflict onConflict() default OnConflict.WAIT;

    /**
     * The session that holds it.
     *
     * @return its qualifier or bean name; empty for the context's only or primary session
     */
    String session() default "";
}
