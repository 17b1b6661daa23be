package io.perennial.spring;

import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Calls a bean's method with the state of a ZooKeeper node, and again at each change. Its one parameter says what is
 * watched:
 *
 * <ul>
 *   <li>{@link NodeChange}, {@link ChildrenChange}, {@link TreeChange}: as {@link io.perennial.watch.Watches} has them;
 *   <li>any other type: the node's data. {@code byte[]} and {@code String} (UTF-8) get them as they are; other types
 *       through the first {@link PayloadConverter} bean that supports them, else through the context's {@code
 *       ConversionService}, from {@code byte[]} if the application has registered a converter for that, otherwise from
 *       {@code String}.
 * </ul>
 *
 * <p>When the node does not exist, or its data convert to null, a data parameter that is an {@code Optional} gets an
 * empty one, and one annotated {@code @Nullable} gets null; otherwise the method is not called. A node without data has
 * an empty array.
 *
 * <p>The watch is set when the context is refreshed, after all singletons are there; that of a bean made later, such as
 * a lazy one, when it is made. It ends when the bean is destroyed, which happens before its session closes; no call
 * begins after that. The bean must be a singleton, or have a scoped proxy. The first call has the initial state, if
 * there is one to report. Calls come one after another on the session's callback executor. If the method throws or a
 * conversion fails, that is logged and counted as with any listener, see {@link
 * io.perennial.SessionReport#callbackFailures()}; the change is not delivered again.
 *
 * <p>On a bean with a JDK proxy the method must be in one of the proxied interfaces.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(ZooKeeperWatches.class)
@Reflective
public @interface ZooKeeperWatch {
    /**
     * The path, see {@link #path()}.
     *
     * @return the path
     */
    @AliasFor("path")
    String value() default "";

    /**
     * The absolute path, below the session's namespace; {@code ${...}} and {@code #{...}} are resolved when the watch
     * is set, which is before a web server has its port.
     *
     * @return the path
     */
    @AliasFor("value")
    String path() default "";

    /**
     * The session to watch with.
     *
     * @return its qualifier or bean name; empty for the context's only or primary session
     */
    String session() default "";
}
