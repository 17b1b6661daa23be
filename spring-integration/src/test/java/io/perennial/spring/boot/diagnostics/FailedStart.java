package io.perennial.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.perennial.spring.boot.CuratorFrameworkAutoConfiguration;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import io.perennial.spring.boot.health.SessionReadinessAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.cloud.zookeeper.ZookeeperProperties;
import org.springframework.context.annotation.Configuration;

/** A real application that does not start, without Spring Cloud Zookeeper. */
final class FailedStart {
    private static final String REPORTER = "org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter";

    private FailedStart() {}

    /** Runs it; returns what it says. */
    static String of(String... properties) {
        return of(List.of(), properties);
    }

    /** Runs it with beans of these classes; returns what it says. */
    static String of(List<Class<?>> beans, String... properties) {
        List<String> arguments = new ArrayList<>(
                List.of("--spring.cloud.zookeeper.config.enabled=false", "--spring.main.banner-mode=off"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        var said = new ListAppender<ILoggingEvent>();
        said.start();
        var reporter = (Logger) LoggerFactory.getLogger(REPORTER);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // The tests' logging stays as it is.
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        thread.setContextClassLoader(new FilteredClassLoader(ZookeeperProperties.class));
        reporter.addAppender(said);
        try {
            assertThatThrownBy(() -> run(beans, arguments)).isInstanceOf(RuntimeException.class);
        } finally {
            reporter.detachAppender(said);
            thread.setContextClassLoader(before);
            System.clearProperty(LoggingSystem.SYSTEM_PROPERTY);
        }
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
    }

    private static void run(List<Class<?>> beans, List<String> arguments) {
        new SpringApplicationBuilder(Application.class)
                .sources(beans.toArray(Class<?>[]::new))
                .web(WebApplicationType.NONE)
                .run(arguments.toArray(String[]::new))
                .close();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        SslAutoConfiguration.class,
        PerennialAutoConfiguration.class,
        CuratorFrameworkAutoConfiguration.class,
        SessionReadinessAutoConfiguration.class
    })
    static class Application {}
}
