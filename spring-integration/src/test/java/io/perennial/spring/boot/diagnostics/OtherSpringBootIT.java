package io.perennial.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** A real application on Spring Boot 3, in a JVM of its own, with this module put in by mistake. */
class OtherSpringBootIT {
    private static final Path OLDER = Path.of("target", "other-spring-boot");

    @TempDir
    private Path directory;

    @Test
    void anApplicationOnSpringBoot3_isToldWhatIsWrong() throws Exception {
        assertThat(outputOf(Application.class))
                .contains("APPLICATION FAILED TO START")
                .containsPattern("made for Spring Boot 4, and this application runs on Spring Boot 3\\.5\\.\\d+\\.")
                .contains("move the application to Spring Boot 4")
                .contains("depend on perennial-core instead")
                .doesNotContain("NoClassDefFoundError", "ClassNotFoundException", "NoSuchMethodError");
    }

    @Test
    @Tag("J10")
    void anApplicationOnSpringBoot3_starts_whenWeAreSwitchedOff() throws Exception {
        assertThat(outputOf(Application.class, "--perennial.enabled=false"))
                .contains("Started OlderSpringBootIT.Application")
                .doesNotContain("FAILED", "NoClassDefFoundError", "ClassNotFoundException", "NoSuchMethodError");
    }

    @EnableAutoConfiguration
    static class Application {
        public static void main(String[] arguments) {
            SpringApplication.run(Application.class, arguments);
        }
    }

    private String outputOf(Class<?> program, String... arguments) throws IOException, InterruptedException {
        Path logging = Files.writeString(directory.resolve("logback.xml"), """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%level %msg%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="out"/></root>
                </configuration>
                """);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Dorg.springframework.boot.logging.LoggingSystem=none",
                "-Dlogback.configurationFile=" + logging,
                "-cp",
                olderClassPath(),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor() == 0).as(output).isEqualTo(arguments.length > 0);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /** This one, with an older Spring. */
    private static String olderClassPath() throws IOException {
        Stream<String> others = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.replace(File.separatorChar, '/').contains("/org/springframework/"));
        try (Stream<Path> jars = Files.list(OLDER)) {
            return Stream.concat(jars.map(Path::toString), others).collect(Collectors.joining(File.pathSeparator));
        }
    }
}
