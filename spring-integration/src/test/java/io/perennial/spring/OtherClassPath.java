package io.perennial.spring;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** This class path, with the other generation of Spring and Spring Boot. */
public final class OtherClassPath {
    private static final Path OTHER = Path.of("target", "other-spring-boot");

    private OtherClassPath() {}

    public static List<Path> entries() throws IOException {
        Stream<Path> others = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.replace(File.separatorChar, '/').contains("/org/springframework/"))
                .map(Path::of);
        try (Stream<Path> jars = Files.list(OTHER)) {
            return Stream.concat(jars, others).toList();
        }
    }
}
