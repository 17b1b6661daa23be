package io.perennial.test;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Class paths with other versions of libraries than this JVM's. */
final class ClassPaths {
    private static final String NEEDED_BY_EVERY_RELEASE =
            ".*(slf4j-api|logback-[a-z]+|metrics-core|snappy-java|commons-io|netty-[a-z-]+)-[^/]*jar";

    private static final Pattern VERSION = Pattern.compile("-\\d[^/]*\\.jar$");

    private ClassPaths() {}

    /** A release's own jars, what every release needs from this class path, and what ends it with this JVM. */
    static String ofRelease(Path libraries) {
        List<String> entries = jarsIn(libraries);
        for (String entry : ChildJvm.OWN_CLASS_PATH.split(File.pathSeparator, -1)) {
            if (entry.matches(NEEDED_BY_EVERY_RELEASE)) {
                entries.add(entry);
            }
        }
        entries.add(ofThisKit().toString());
        return String.join(File.pathSeparator, entries);
    }

    /** This JVM's class path, with those directories' jars in the place of other versions of them. */
    static String replacing(List<Path> libraries) {
        if (libraries.isEmpty()) {
            return ChildJvm.OWN_CLASS_PATH;
        }
        List<String> entries = new ArrayList<>();
        libraries.forEach(directory -> entries.addAll(jarsIn(directory)));
        Set<String> replaced = entries.stream().map(ClassPaths::artifact).collect(Collectors.toSet());
        for (String entry : ChildJvm.OWN_CLASS_PATH.split(File.pathSeparator, -1)) {
            if (!replaced.contains(artifact(entry))) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    /** A jar's name without its version. */
    private static String artifact(String entry) {
        String name = String.valueOf(Path.of(entry).getFileName());
        return VERSION.matcher(name).replaceFirst("");
    }

    private static List<String> jarsIn(Path directory) {
        try (Stream<Path> jars = Files.list(directory)) {
            return new ArrayList<>(jars.map(Path::toString).sorted().toList());
        } catch (IOException e) {
            throw new UncheckedIOException("no jars in " + directory.toAbsolutePath(), e);
        }
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
