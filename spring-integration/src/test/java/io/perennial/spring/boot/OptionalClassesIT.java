package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * Applications without what the starter only has an integration for. A class loader that merely refuses a class is not
 * enough here: conditions are read from class files in which the class is named.
 */
@ExtendWith(NoLeaks.class)
class OptionalClassesIT {

    @Test
    void hasEverythingToBeginWith() throws Exception {
        assertThat(beansWithout("nothing-of-that-name"))
                .contains(
                        "resilientSession",
                        "zookeeperHealthContributor",
                        "readinessStateHealthIndicator",
                        "zookeeperSessionsEndpoint",
                        "perennialSessionMetrics");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "spring-boot-health-, zookeeperHealthContributor",
        "spring-boot-actuator, zookeeperSessionsEndpoint",
        "spring-boot-micrometer-metrics-, perennialSessionMetrics",
        "micrometer-core, perennialSessionMetrics",
        "'spring-boot-(health|actuator|micrometer)|micrometer|spring-boot-(testcontainers|docker)',"
                + " zookeeperHealthContributor",
    })
    void startsWithout(String jars, String bean) throws Exception {
        assertThat(beansWithout(jars)).contains("resilientSession").doesNotContain(bean);
    }

    /** In an application of its own, whose class path has no jar of such a name, nor Spring Cloud. */
    private static List<String> beansWithout(String jars) throws Exception {
        Pattern absent = Pattern.compile("(" + jars + "|spring-cloud).*\\.jar");
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> !absent.matcher(entry.getFileName().toString()).lookingAt())
                .map(OptionalClassesIT::url)
                .toArray(URL[]::new);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (var loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            Object names = loader.loadClass(Application.class.getName())
                    .getMethod("beans")
                    .invoke(null);
            return List.of((String[]) names);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loaded by a loader of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    public static class Application {
        public static String[] beans() {
            var application = new SpringApplication(Application.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            application.setRegisterShutdownHook(false);
            try (var context = application.run(
                    "--perennial.connect-string=127.0.0.1:1",
                    "--perennial.readiness.enabled=true",
                    "--spring.jmx.enabled=true",
                    "--management.endpoints.jmx.exposure.include=*",
                    "--spring.main.banner-mode=off",
                    "--logging.config=classpath:logback-test.xml")) {
                if (context.getBean(ResilientSession.class).report() == null) {
                    throw new IllegalStateException("no report");
                }
                return context.getBeanDefinitionNames();
            }
        }
    }
}
