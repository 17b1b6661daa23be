package io.perennial;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes maps, lists, strings, whole numbers, booleans and null as JSON (RFC 8259), so that users do not inherit a JSON
 * library.
 *
 * <p>Characters on which some parsers fail are escaped too, although the format allows them: the line separators that
 * end a string in JavaScript, other control characters, and unpaired surrogates, which have no UTF-8.
 */
final class JsonWriter {
    private final StringBuilder text = new StringBuilder(2_048);

    private JsonWriter() {}

    static String write(Map<String, ? extends @Nullable Object> fields) {
        var json = new JsonWriter();
        json.object(fields);
        return json.text.toString();
    }

    private void value(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            object(map);
        } else if (value instanceof Iterable<?> list) {
            array(list);
        } else if (value instanceof String string) {
            string(string);
        } else if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            text.append(value);
        } else {
            throw new IllegalArgumentException("JSON has no " + value.getClass().getName() + " such as " + value);
        }
    }

    private void object(Map<?, ?> fields) {
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            text.append(separator);
            string(String.valueOf(field.getKey()));
            text.append(':');
            value(field.getValue());
            separator = ",";
        }
        text.append('}');
    }

    private void array(Iterable<?> values) {
        text.append('[');
        String separator = "";
        for (Object each : values) {
            text.append(separator);
            value(each);
            separator = ",";
        }
        text.append(']');
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
}
