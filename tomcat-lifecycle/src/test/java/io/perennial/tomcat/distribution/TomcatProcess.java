package io.perennial.tomcat.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.tomcat.testing.War;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Tomcat as it is unpacked, with a base directory of its own: the configuration that comes with it, but for the
 * ports, a look at {@code webapps} every second, and what a test adds.
 */
final class TomcatProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Pattern PORT =
            Pattern.compile("Starting ProtocolHandler \\[\"http-nio-127\\.0\\.0\\.1-auto-\\d+-(\\d+)\"]");
    private static final String CREDENTIALS = "manager:in-this-test-only";

    private final Path home;
    private final Path base;
    private final Path console;
    private Process process;

    TomcatProcess(Path home, Path base) {
        this.home = home;
        this.base = base;
        console = base.resolve("console.log");
        try {
            for (String directory : List.of("conf", "lib", "logs", "temp", "webapps")) {
                Files.createDirectories(base.resolve(directory));
            }
            copy(home.resolve("conf"), base.resolve("conf"));
            configure("<Server port=\"8005\"", "<Server port=\"-1\"");
            configure("<Connector port=\"8080\"", "<Connector address=\"127.0.0.1\" port=\"0\"");
            configure(
                    "<Engine name=\"Catalina\" defaultHost=\"localhost\">",
                    "<Engine name=\"Catalina\" defaultHost=\"localhost\" backgroundProcessorDelay=\"1\">");
            installManager();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void installManager() throws IOException {
        String[] credentials = CREDENTIALS.split(":");
        Files.writeString(
                base.resolve("conf/tomcat-users.xml"),
                "<tomcat-users><user username=\"%s\" password=\"%s\" roles=\"manager-script\"/></tomcat-users>"
                        .formatted(credentials[0], credentials[1]));
        Path host = Files.createDirectories(base.resolve("conf/Catalina/localhost"));
        Files.writeString(
                host.resolve("manager.xml"),
                "<Context docBase=\"${catalina.home}/webapps/manager\" privileged=\"true\"/>");
    }

    /** A listener of the server, in {@code server.xml}. */
    TomcatProcess listener(Class<?> type) {
        return configure(
                "shutdown=\"SHUTDOWN\">",
                "shutdown=\"SHUTDOWN\">\n  <Listener className=\"%s\"/>".formatted(type.getName()));
    }

    /** A global resource, in {@code server.xml}. */
    TomcatProcess globalResource(String xml) {
        return configure("<GlobalNamingResources>", "<GlobalNamingResources>\n    " + xml);
    }

    private TomcatProcess configure(String before, String after) {
        Path file = base.resolve("conf/server.xml");
        try {
            String text = Files.readString(file);
            assertThat(text).containsOnlyOnce(before);
            Files.writeString(file, text.replace(before, after));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Jars, or directories of jars, for Tomcat's own class path. */
    TomcatProcess lib(Path... libraries) {
        try {
            for (Path library : libraries) {
                copy(library, base.resolve("lib"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    TomcatProcess start() {
        var builder = new ProcessBuilder(
                        "sh", home.resolve("bin/catalina.sh").toAbsolutePath().toString(), "run")
                .directory(base.toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("CATALINA_HOME", home.toAbsolutePath().toString());
        builder.environment().put("CATALINA_BASE", base.toAbsolutePath().toString());
        builder.environment().put("CATALINA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("start of Tomcat").atMost(PATIENCE).untilAsserted(() -> assertThat(log())
                .contains("Server startup in"));
        return this;
    }

    /** What it printed. */
    String log() {
        try {
            return Files.readString(console);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a WAR, complete, where Tomcat looks for it, or replaces the one that is there. */
    void deploy(String name, War war) {
        try {
            Files.move(war.pack(), webapp(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void touch(String name) {
        try {
            Files.setLastModifiedTime(webapp(name), FileTime.from(Instant.now()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String name) {
        try {
            Files.delete(webapp(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path webapp(String name) {
        return base.resolve("webapps").resolve(name);
    }

    /** What the manager application says to {@code findleaks}, for which it has the JVM collect garbage. */
    String leaks() {
        Matcher port = PORT.matcher(log());
        assertThat(port.find()).isTrue();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port.group(1) + "/manager/text/findleaks?statusLine=true"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(CREDENTIALS.getBytes(StandardCharsets.UTF_8)))
                .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As an operator or the system stops it. */
    void stop() {
        process.destroy();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("Tomcat ends")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.isDirectory(from) ? Files.list(from) : Stream.of(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
