package io.perennial.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.test.TestingServer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * What the starter adds to the start-up time of a minimal Spring Boot application. JVMs take turns: without the
 * starter, with it and a server, and with it and no server. Two more show how much of that is due to the longer class
 * path and to ZooKeeper's client: the starter disabled, without and with a plain {@code CuratorFramework} bean. The
 * figure is the median of Spring Boot's own time to readiness.
 */
public final class SpringStartup {
    /** What a bare Boot application has on its class path. */
    private static final List<String> BARE = List.of(
            "/spring-",
            "/micrometer-",
            "/commons-logging",
            "/snakeyaml",
            "/slf4j-",
            "/logback-",
            "/jspecify-",
            "/jul-to-slf4j",
            "/log4j-",
            "/jakarta.annotation-api");

    private SpringStartup() {}

    /**
     * Measures and prints a table.
     *
     * @param args number of rounds; 10 when left out
     * @throws Exception when something fails
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        Environment.main(args);
        String all = System.getProperty("java.class.path");
        String bare = Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !entry.endsWith(".jar") || isBare(entry))
                .filter(entry -> !entry.contains("perennial-")
                        && !entry.contains("/core/")
                        && !entry.contains("/spring-integration/"))
                .collect(Collectors.joining(File.pathSeparator));
        try (var server = new TestingServer()) {
            Map<String, List<String>> variants = new LinkedHashMap<>();
            variants.put("without the starter", List.of(bare));
            variants.put("with it, switched off", List.of(all, "perennial.enabled=false"));
            variants.put(
                    "a bare CuratorFramework",
                    List.of(all, "perennial.enabled=false", "bare.connect-string=" + server.getConnectString()));
            variants.put(
                    "with it, server there", List.of(all, "perennial.connect-string=" + server.getConnectString()));
            variants.put("with it, no server", List.of(all, "perennial.connect-string=127.0.0.1:1"));
            Map<String, List<Long>> times = new LinkedHashMap<>();
            for (int round = -1; round < rounds; round++) {
                for (Map.Entry<String, List<String>> variant : variants.entrySet()) {
                    long millis = start(
                            variant.getValue().get(0),
                            variant.getValue().subList(1, variant.getValue().size()));
                    if (round >= 0) {
                        times.computeIfAbsent(variant.getKey(), key -> new ArrayList<>())
                                .add(millis);
                    }
                }
            }
            times.forEach((variant, millis) -> System.out.printf(
                    "%-24s %5d ms median of %d (%s)%n", variant, median(millis), millis.size(), millis));
        }
    }

    private static boolean isBare(String entry) {
        return BARE.stream().anyMatch(entry::contains) && !entry.contains("spring-cloud");
    }

    /** The application's time to readiness. */
    private static long start(String classPath, List<String> properties) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                classPath,
                Application.class.getName()));
        properties.forEach(property -> command.add("--" + property));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> lines = out.lines().toList();
            process.waitFor();
            return lines.stream()
                    .filter(line -> line.startsWith("READY "))
                    .map(line -> Long.parseLong(line.substring(6)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(String.join("\n", lines)));
        }
    }

    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    /** A Boot application with nothing in it. */
    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(BareClient.class)
    public static class Application {
        /**
         * Starts, prints how long that took, and ends.
         *
         * @param args properties
         */
        public static void main(String[] args) {
            List<Duration> taken = new ArrayList<>();
            ApplicationListener<ApplicationReadyEvent> ready =
                    event -> taken.add(Objects.requireNonNull(event.getTimeTaken()));
            new SpringApplicationBuilder(Application.class)
                    .properties("spring.main.banner-mode=off", "logging.level.root=off")
                    .listeners(ready)
                    .run(args)
                    .close();
            System.out.println("READY " + taken.get(0).toMillis());
        }
    }

    /**
     * What an application without the starter would have; in a class of its own, for Curator is not on every class
     * path.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("bare.connect-string")
    static class BareClient {
        @Bean(initMethod = "start")
        CuratorFramework bare(@Value("${bare.connect-string}") String connectString) {
            return CuratorFrameworkFactory.newClient(connectString, new ExponentialBackoffRetry(100, 3));
        }
    }
}
