package io.perennial.tomcat.reaper;

import io.perennial.tomcat.reaper.webapp.Client;
import io.perennial.tomcat.reaper.webapp.OpeningInitializer;
import io.perennial.tomcat.reaper.webapp.OpeningListener;
import io.perennial.tomcat.testing.WebApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** An exploded web application with classes and libraries of its own. */
final class WebApp implements WebApplication {
    private final Path directory;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private boolean initializer;
    private String libraries = "today";

    WebApp(Path directory) {
        this.directory = directory;
        // Longer than a test: what is gone was closed, and did not expire.
        parameters.put(Client.TIMEOUT, "30000");
    }

    /** {@code RAW}, {@code CURATOR}, or the package of a ZooKeeper to be used by reflection. */
    WebApp kind(String kind) {
        parameters.put(Client.KIND, kind);
        return this;
    }

    WebApp at(String connectString, String node) {
        parameters.put(Client.CONNECT, connectString);
        parameters.put(Client.NODE, node);
        return this;
    }

    WebApp sessionTimeout(Duration timeout) {
        parameters.put(Client.TIMEOUT, String.valueOf(timeout.toMillis()));
        return this;
    }

    /** A directory below target/web-inf-lib. */
    WebApp libraries(String name) {
        libraries = name;
        return this;
    }

    /** Opens its client in a ServletContainerInitializer rather than in a listener. */
    WebApp inInitializer() {
        initializer = true;
        return this;
    }

    WebApp failing() {
        parameters.put(Client.FAIL, "yes");
        return this;
    }

    @Override
    public Path write() {
        try {
            Path classes = directory.resolve("WEB-INF/classes");
            Path own = Path.of("io/perennial/tomcat/reaper/webapp");
            copy(Path.of("target/test-classes").resolve(own), classes.resolve(own));
            copy(Path.of("target/web-inf-lib").resolve(libraries), directory.resolve("WEB-INF/lib"));
            Files.writeString(classes.resolve("logback.xml"), """
                    <configuration>
                      <appender name="FILE" class="ch.qos.logback.core.FileAppender">
                        <file>target/web-applications.log</file>
                        <encoder><pattern>%d %-5level [%thread] %logger{0} %msg%n</pattern></encoder>
                      </appender>
                      <root level="INFO"><appender-ref ref="FILE"/></root>
                    </configuration>
                    """);
            if (initializer) {
                Path services = Files.createDirectories(classes.resolve("META-INF/services"));
                Files.writeString(
                        services.resolve("jakarta.servlet.ServletContainerInitializer"),
                        OpeningInitializer.class.getName());
            }
            Files.writeString(directory.resolve("WEB-INF/web.xml"), webXml());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String webXml() {
        StringBuilder xml = new StringBuilder(
                "<web-app version=\"6.0\" metadata-complete=\"true\" xmlns=\"https://jakarta.ee/xml/ns/jakartaee\">\n");
        parameters.forEach((name, value) -> xml.append("<context-param><param-name>")
                .append(name)
                .append("</param-name><param-value>")
                .append(value)
                .append("</param-value></context-param>\n"));
        if (!initializer) {
            xml.append("<listener><listener-class>")
                    .append(OpeningListener.class.getName())
                    .append("</listener-class></listener>\n");
        }
        return xml.append("</web-app>\n").toString();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
