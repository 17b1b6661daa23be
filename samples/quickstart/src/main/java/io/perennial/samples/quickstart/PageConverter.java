package io.perennial.samples.quickstart;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A file to write, from the command line: errors are reported before the run, not after it. */
final class PageConverter implements ITypeConverter<Path> {
    @Override
    public Path convert(String value) {
        Path file = path(value);
        Path directory = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new TypeConversionException(
                    "'" + value + "' is a directory; right would be a file, such as run.html");
        }
        if (directory == null || !Files.isWritable(directory)) {
            throw new TypeConversionException("'" + value + "' cannot be written: is there no such directory?");
        }
        return file;
    }

    private static Path path(String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + value + "' is not the name of a file");
        }
    }
}
