package io.perennial;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON text (RFC 8259): only what {@link ReportJson} needs, so that users do not inherit a JSON library.
 *
 * <p>Characters on which some parsers fail are escaped too, although the format allows them: the line separators that
 * end a string in JavaScript, other control characters, and unpaired surrogates, which have no UTF-8.
 */
final class JsonWriter {
    private final StringBuilder text = new StringBuilder(2_048);
    /** Whether what comes next is the first of its object or array. */
    private boolean first = true;

    JsonWriter field(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            text.append("null");
        } else {
            string(value);
        }
        return this;
    }

    JsonWriter field(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonWriter field(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    /** ISO-8601, in UTC. */
    JsonWriter field(String name, Instant value) {
        return field(name, value.toString());
    }

    /** In whole milliseconds; the name should end in {@code Millis}. */
    JsonWriter field(String name, Duration value) {
        return field(name, value.toMillis());
    }

    /** In whole microseconds, or null for null; the name should end in {@code Micros}. */
    JsonWriter micros(String name, @Nullable Duration value) {
        return value == null ? field(name, (String) null) : field(name, TimeUnit.MICROSECONDS.convert(value));
    }

    /** An object, or null for null. */
    <T> JsonWriter field(String name, @Nullable T value, Fields<T> fields) {
        name(name);
        if (value == null) {
            text.append("null");
        } else {
            object(value, fields);
        }
        return this;
    }

    <T> JsonWriter array(String name, List<T> values, Fields<T> fields) {
        name(name);
        return elements(values, value -> object(value, fields));
    }

    JsonWriter strings(String name, List<String> values) {
        name(name);
        return elements(values, this::string);
    }

    <T> JsonWriter object(T value, Fields<T> fields) {
        text.append('{');
        first = true;
        fields.write(this, value);
        text.append('}');
        first = false;
        return this;
    }

    private <T> JsonWriter elements(List<T> values, Consumer<T> write) {
        text.append('[');
        first = true;
        for (T value : values) {
            separate();
            write.accept(value);
        }
        text.append(']');
        first = false;
        return this;
    }

    private void name(String name) {
        separate();
        string(name);
        text.append(':');
    }

    private void separate() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (mustBeEscaped(value, i)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private static boolean mustBeEscaped(String value, int i) {
        char c = value.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i == 0 || !Character.isHighSurrogate(value.charAt(i - 1));
        }
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** The fields of an object. */
    interface Fields<T> {
        void write(JsonWriter json, T value);
    }
}
