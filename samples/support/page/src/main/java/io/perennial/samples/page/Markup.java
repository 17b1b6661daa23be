package io.perennial.samples.page;

import java.util.Locale;
import java.util.regex.Pattern;

/** Writes XML, and so SVG and well-formed HTML pages, too. */
public final class Markup {
    /** Control characters and halves of surrogate pairs. */
    private static final Pattern NOT_IN_XML =
            Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    private final StringBuilder text = new StringBuilder();

    /**
     * Opens an element.
     *
     * @param attributes names and values alternately; numbers are written with one decimal
     */
    public Markup open(String element, Object... attributes) {
        start(element, attributes);
        text.append(">\n");
        return this;
    }

    /** Closes it. */
    public Markup close(String element) {
        text.append("</").append(element).append(">\n");
        return this;
    }

    /** An element without content. */
    public Markup empty(String element, Object... attributes) {
        start(element, attributes);
        text.append("/>\n");
        return this;
    }

    /** An element that contains only text. */
    public Markup text(String element, String content, Object... attributes) {
        start(element, attributes);
        text.append('>').append(escaped(content)).append("</").append(element).append(">\n");
        return this;
    }

    /** Text that is already markup. */
    public Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** With at most one decimal. */
    public static String number(double value) {
        String tenth = String.format(Locale.ROOT, "%.1f", value);
        return tenth.endsWith(".0") ? tenth.substring(0, tenth.length() - 2) : tenth;
    }

    private void start(String element, Object... attributes) {
        text.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            text.append(' ').append(attributes[i]).append("=\"");
            text.append(escaped(value instanceof Number n ? number(n.doubleValue()) : value.toString()));
            text.append('"');
        }
    }

    private static String escaped(String content) {
        return NOT_IN_XML
                .matcher(content)
                .replaceAll("\uFFFD")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
