package io.perennial.tomcat.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A WAR, put together of classes of this module's tests and of directories below target/web-inf-lib. */
public final class War implements WebApplication {
    private final Path directory;
    private final Path classes;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<String> listeners = new ArrayList<>();
    private final List<String> servlets = new ArrayList<>();
    private final List<String> initializers = new ArrayList<>();
    private final List<Path> code = new ArrayList<>();
    private final List<Path> libraries = new ArrayList<>();
    private String contextXml = "";

    /**
     * A WAR of the classes of a package.
     *
     * @param directory where to write it
     * @param aClass any class of that package
     */
    public War(Path directory, Class<?> aClass) {
        this.directory = directory;
        classes = Path.of(aClass.getPackageName().replace('.', '/'));
        code.add(classes);
    }

    public War parameter(String name, Object value) {
        parameters.put(name, value.toString());
        return this;
    }

    public War listener(String className) {
        listeners.add(className);
        return this;
    }

    public War listener(Class<?> type) {
        return listener(type.getName());
    }

    /** Loaded on start-up. */
    public War servlet(Class<?> type) {
        servlets.add(type.getName());
        return this;
    }

    public War initializer(Class<?> type) {
        initializers.add(type.getName());
        return this;
    }

    /** A package below that of its classes. */
    public War code(String subpackage) {
        code.add(classes.resolve(subpackage));
        return this;
    }

    public War libraries(String... names) {
        for (String name : names) {
            libraries.add(Path.of("target/web-inf-lib", name));
        }
        return this;
    }

    public War library(Path jar) {
        libraries.add(jar);
        return this;
    }

    /** What {@code META-INF/context.xml} says within {@code <Context>}. */
    public War context(String xml) {
        contextXml = xml;
        return this;
    }

    /** Writes it and returns the WAR as one file. */
    public Path pack() {
        Path file = directory.resolveSibling(directory.getFileName() + ".war");
        int status = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "cf", file.toString(), "-C", write().toString(), ".");
        if (status != 0) {
            throw new IllegalStateException("jar ended with status " + status);
        }
        return file;
    }

    /** Writes it as a directory. */
    @Override
    public Path write() {
        try {
            Path inside = Files.createDirectories(directory.resolve("WEB-INF/classes"));
            for (Path part : code) {
                link(Path.of("target/test-classes").resolve(part), inside.resolve(part));
            }
            for (Path library : libraries) {
                link(library, directory.resolve("WEB-INF/lib"));
            }
            writeLogging(inside);
            if (!initializers.isEmpty()) {
                Path services = Files.createDirectories(inside.resolve("META-INF/services"));
                Files.write(services.resolve("jakarta.servlet.ServletContainerInitializer"), initializers);
            }
            Files.writeString(directory.resolve("WEB-INF/web.xml"), webXml());
            if (!contextXml.isEmpty()) {
                Path metaInf = Files.createDirectories(directory.resolve("META-INF"));
                Files.writeString(metaInf.resolve("context.xml"), "<Context>" + contextXml + "</Context>\n");
            }
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
