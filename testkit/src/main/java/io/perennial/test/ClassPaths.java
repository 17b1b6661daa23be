package io.perennial.test;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Class paths of servers of other releases. */
final class ClassPaths {
    private static final String NEEDED_BY_EVERY_RELEASE =
            ".*(slf4j-api|logback-[a-z]+|metrics-core|snappy-java|commons-io|netty-[a-z-]+)-[^/]*jar";

    private ClassPaths() {}

    /** A release's own jars, what every release needs from this class path, and what ends it with this JVM. */
    static String ofRelease(Path libraries) {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> jars = Files.list(libraries)) {
            jars.map(Path::toString).forEach(entries::add);
        } catch (IOException e) {
            throw new UncheckedIOException("no server's jars in " + libraries.toAbsolutePath(), e);
        }
        for (String entry : ChildJvm.OWN_CLASS_PATH.split(File.pathSeparator, -1)) {
            if (entry.matches(NEEDED_BY_EVERY_RELEASE)) {
                entries.add(entry);
            }
        }
        entries.add(ofThisKit().toString());
        return String.join(File.pathSeparator, entries);
    }

    private static Path ofThisKit() {
        try {
            return Path.of(ChildMain.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
