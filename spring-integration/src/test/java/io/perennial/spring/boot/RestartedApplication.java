package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

/** What {@link RestartIT} loads anew for each restart. */
@SpringBootConfiguration
@EnableAutoConfiguration
class RestartedApplication {
    /** Its listeners are of the restarted loader. */
    @Bean
    Object listens(ResilientSession session) {
        session.addListener(transition -> {});
        session.watches().node("/restarted", change -> {});
        return session.ephemerals().register("/restarted", new byte[0]);
    }

    static String run(String connectString) throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(RestartedApplication.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(
                        "perennial.connect-string=" + connectString,
                        "spring.main.banner-mode=off",
                        "spring.autoconfigure.exclude=" + keepingContexts(),
                        "spring.cloud.compatibility-verifier.enabled=false",
                        "spring.cloud.zookeeper.config.import-check.enabled=false",
                        "spring.cloud.zookeeper.discovery.enabled=false")
                .run()) {
            ResilientSession session = context.getBean(ResilientSession.class);
            session.awaitConnected(Duration.ofSeconds(30));
            session.ephemerals().nodes().get(0).whenHeld().get(30, TimeUnit.SECONDS);
            return session.state().name();
        }
    }

    /**
     * Boot 3.5's property source for Testcontainers keeps the context, and Logback keeps the environment with its
     * property sources until the next application starts. There the class loader of the last application would stay,
     * with Perennial or without it. Boot 4 has no such property source.
     */
    private static String keepingContexts() {
        String source = "org.springframework.boot.testcontainers.properties.TestcontainersPropertySource";
        return ClassUtils.isPresent(source, null) ? source + "AutoConfiguration" : "";
    }
}
