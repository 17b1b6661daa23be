package io.perennial.tomcat.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One name and its text, read as the requested type; otherwise an error that names it, what it is, and what would be
 * right.
 *
 * @param name as the user wrote it, for errors: {@code context parameter 'perennial.sessionTimeout'}
 * @param text the value, stripped
 * @param source where names of classes and files are looked up
 */
record Setting(String name, String text, SettingSource source) {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");

    Setting {
        text = text.strip();
    }

    String word() {
        if (text.isEmpty()) {
            throw wrong("give a value, or leave it out");
        }
        return text;
    }

    boolean bool() {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong("it must be true or false");
        };
    }

    int count() {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw wrong("it must be a whole number");
        }
    }

    /** {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}, or ISO 8601 such as {@code PT30S}. */
    Duration duration() {
        Matcher matcher = SHORT_DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw wrong("it must be a duration with its unit, such as 500ms, 30s, 2m or PT30S");
        }
    }

    <E extends Enum<E>> E oneOf(Class<E> type) {
        E[] constants = type.getEnumConstants();
        return Arrays.stream(constants)
                .filter(constant -> constant.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> wrong("it must be one of " + Arrays.toString(constants)));
    }

    /** A readable file. */
    Path file() {
        Path file = source.file(word());
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw wrong("there is no readable file " + file.toAbsolutePath());
        }
        return file;
    }

    /** What a file holds. */
    String contents() {
        Path file = file();
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(name + ": the file " + file + " cannot be read: " + e, e);
        }
    }

    /** An object of a class with a public constructor without arguments. */
    <T> T instance(Class<T> type) {
        return instance(word(), type);
    }

    /** The same, several, separated by commas. */
    <T> List<T> instances(Class<T> type) {
        return Arrays.stream(word().split(","))
                .map(className -> instance(className.strip(), type))
                .toList();
    }

    private <T> T instance(String className, Class<T> type) {
        Object made;
        try {
            made = Class.forName(className, true, source.classLoader())
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(
                    name + " is '" + text + "'; " + className + " must be a public class with a public constructor"
                            + " without arguments: " + e,
                    e);
        }
        if (!type.isInstance(made)) {
            throw wrong(className + " must be a " + type.getName());
        }
        return type.cast(made);
    }

    IllegalArgumentException wrong(String whatWouldBeRight) {
        return new IllegalArgumentException(name + " is '" + text + "'; " + whatWouldBeRight);
    }
}
