package io.perennial.samples.incident;

import io.perennial.samples.page.Markup;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Writes a variant's exploded web application: its web.xml, classes and libraries. */
final class WebApplication {
    private static final String PACKAGE = "io.perennial.samples.incident.webapp.";
    private static final String SESSION_LISTENER = "io.perennial.tomcat.ResilientSessionListener";

    private final Variant variant;
    private final Path directory;

    /** Where the application is, or will be written. */
    WebApplication(Variant variant, Path directory) {
        this.variant = variant;
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /**
     * Writes it.
     *
     * @param libraries where the variants' libraries are, a directory for each list of them
     * @param servers the servers that it connects to
     */
    void write(Path libraries, String servers) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("WEB-INF/classes"));
        for (String name : List.of(variant.shop(), "History", "LaterPart")) {
            copyClass(PACKAGE + name, classes);
        }
        copyLibraries(libraries.resolve(variant.libraries()));
        Files.writeString(directory.resolve("WEB-INF/web.xml"), webXml(servers));
    }

    private static void copyClass(String name, Path classes) throws IOException {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in = WebApplication.class.getResourceAsStream("/" + file)) {
            if (in == null) {
                throw new FileNotFoundException(file + " is not on the class path");
            }
            Path target = classes.resolve(file);
            Files.createDirectories(target.getParent());
            Files.copy(in, target);
        }
    }

    private void copyLibraries(Path from) throws IOException {
        if (!Files.isDirectory(from)) {
            throw new FileNotFoundException(from
                    + " is missing: \"mvn package\" in samples/tomcat-incident puts the applications' libraries there");
        }
        Path to = Files.createDirectories(directory.resolve("WEB-INF/lib"));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private String webXml(String servers) {
        var xml = new Markup();
        xml.open(
                "web-app",
                "xmlns",
                "https://jakarta.ee/xml/ns/jakartaee",
                "version",
                "6.0",
                "metadata-complete",
                "true");
        parameter(xml, "servers", servers);
        parameter(xml, "node", variant.node());
        if (variant.hasSessionListener()) {
            parameter(xml, "perennial.connectString", servers);
            parameter(xml, "perennial.sessionTimeout", "30s");
            listener(xml, SESSION_LISTENER);
        }
        listener(xml, PACKAGE + variant.shop());
        listener(xml, PACKAGE + "LaterPart");
        return xml.close("web-app").toString();
    }

    private static void parameter(Markup xml, String name, String value) {
        xml.open("context-param")
                .text("param-name", name)
                .text("param-value", value)
                .close("context-param");
    }

    private static void listener(Markup xml, String type) {
        xml.open("listener").text("listener-class", type).close("listener");
    }
}
