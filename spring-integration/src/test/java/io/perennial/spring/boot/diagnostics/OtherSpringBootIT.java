package io.perennial.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.spring.OtherClassPath;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** An application on the other generation of Spring Boot, in a JVM of its own, with this module put in by mistake. */
@Tag("essential")
class OtherSpringBootIT {
    @TempDir
    private Path directory;

    @Test
    void anApplicationOnIt_isToldWhatIsWrong() throws Exception {
        boolean onBoot3 = ThisStarter.STARTER == Starter.BOOT4;
        String artifact = ThisStarter.STARTER.artifact();
        Starter right = onBoot3 ? Starter.BOOT3 : Starter.BOOT4;

        assertThat(outputOf(Application.class))
                .contains("APPLICATION FAILED TO START")
                .containsPattern(artifact + " is made for " + ThisStarter.STARTER.generation()
                        + ", and this application runs on Spring Boot " + (onBoot3 ? "3\\.5" : "4") + "[.\\d]+\\.")
                .contains("depend on " + right.artifact() + " instead")
                .contains("depend on perennial-core instead")
                .doesNotContain("NoClassDefFoundError", "ClassNotFoundException", "NoSuchMethodError");
    }

    @Test
    @Tag("J10")
    void anApplicationOnIt_starts_whenWeAreSwitchedOff() throws Exception {
        assertThat(outputOf(Application.class, "--perennial.enabled=false"))
                .contains("Started OtherSpringBootIT.Application")
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
                OtherClassPath.entries().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
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
}
