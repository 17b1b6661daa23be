package io.perennial.spring.boot.test;

import io.perennial.spring.boot.CuratorFrameworkAutoConfiguration;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Gives a test's application context a dedicated ZooKeeper server, to which its sessions connect: beans of type {@link
 * io.perennial.test.EmbeddedServer}, {@link io.perennial.test.FaultNetwork} in front of it, {@link
 * io.perennial.test.IndependentClient} that bypasses that network, and the connection details. The server lives as long
 * as the context, which Spring keeps for other tests with the same configuration; so do its data.
 *
 * <p>Use it with {@code @SpringBootTest}, or with Spring's extension alone, for which it brings the auto-configuration
 * of sessions. Needs {@code perennial-test}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ImportAutoConfiguration({
    TestServerAutoConfiguration.class,
    PerennialAutoConfiguration.class,
    CuratorFrameworkAutoConfiguration.class
})
public @interface AutoConfigurePerennialTest {}
