package io.perennial.tomcat.incident;

import io.perennial.tomcat.testing.WebApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An exploded WAR, put together of classes of this module's tests and of directories below target/web-inf-lib. */
final class War implements WebApplication {
    private static final Path CODE = Path.of("io/perennial/tomcat/incident/webapp");

    private final Path directory;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<String> listeners = new ArrayList<>();
    private final List<String> servlets = new ArrayList<>();
    private final List<String> initializers = new ArrayList<>();
    private final List<Path> code = new ArrayList<>(List.of(CODE));
    private final List<Path> libraries = new ArrayList<>();

    War(Path directory) {
        this.directory = directory;
    }

    War parameter(String name, Object value) {
        parameters.put(name, value.toString());
        return this;
    }

    War listener(String className) {
        listeners.add(className);
        return this;
    }

    War listener(Class<?> type) {
        return listener(type.getName());
    }

    /** Loaded on start-up. */
    War servlet(Class<?> type) {
        servlets.add(type.getName());
        return this;
    }

    War initializer(Class<?> type) {
        initializers.add(type.getName());
        return this;
    }

    /** A package below that of the applications' classes. */
    War code(String subpackage) {
        code.add(CODE.resolve(subpackage));
        return this;
    }

    War libraries(String... names) {
        for (String name : names) {
            libraries.add(Path.of("target/web-inf-lib", name));
        }
        return this;
    }

    War library(Path jar) {
        libraries.add(jar);
        return this;
    }

    @Override
    public Path write() {
        try {
            Path classes = Files.createDirectories(directory.resolve("WEB-INF/classes"));
            for (Path part : code) {
                link(Path.of("target/test-classes").resolve(part), classes.resolve(part));
            }
            for (Path library : libraries) {
                link(library, directory.resolve("WEB-INF/lib"));
            }
            writeLogging(classes);
            if (!initializers.isEmpty()) {
                Path services = Files.createDirectories(classes.resolve("META-INF/services"));
                Files.write(services.resolve("jakarta.servlet.ServletContainerInitializer"), initializers);
            }
            Files.writeString(directory.resolve("WEB-INF/web.xml"), webXml());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeLogging(Path classes) throws IOException {
        Files.writeString(classes.resolve("logback.xml"), """
                <configuration>
                  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
                    <file>target/web-applications.log</file>
                    <encoder><pattern>%d %-5level [%thread] %logger{0} %msg%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="FILE"/></root>
                </configuration>
                """);
        Files.writeString(classes.resolve("log4j2.xml"), """
                <Configuration status="ERROR">
                  <Appenders>
                    <File name="FILE" fileName="target/web-applications-log4j2.log">
                      <PatternLayout pattern="%d %-5level [%thread] %logger{1} %msg%n"/>
                    </File>
                  </Appenders>
                  <Loggers><Root level="INFO"><AppenderRef ref="FILE"/></Root></Loggers>
                </Configuration>
                """);
    }

    private String webXml() {
        return "<web-app version=\"6.0\" xmlns=\"https://jakarta.ee/xml/ns/jakartaee\">\n"
                + parameters.entrySet().stream()
                        .map(parameter -> "<context-param><param-name>" + parameter.getKey()
                                + "</param-name><param-value>" + parameter.getValue()
                                + "</param-value></context-param>\n")
                        .collect(Collectors.joining())
                + listeners.stream()
                        .map(name -> "<listener><listener-class>" + name + "</listener-class></listener>\n")
                        .collect(Collectors.joining())
                + servlets.stream()
                        .map(name -> "<servlet><servlet-name>" + name + "</servlet-name><servlet-class>" + name
                                + "</servlet-class><load-on-startup>1</load-on-startup></servlet>\n")
                        .collect(Collectors.joining())
                + "</web-app>\n";
    }

    /** The files of a directory, or the file: hard links, since dozens of applications share them. */
    private static void link(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.isDirectory(from) ? Files.list(from) : Stream.of(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(file.getFileName());
                try {
                    Files.createLink(target, file);
                } catch (FileAlreadyExistsException e) {
                    throw e;
                } catch (IOException | UnsupportedOperationException e) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
