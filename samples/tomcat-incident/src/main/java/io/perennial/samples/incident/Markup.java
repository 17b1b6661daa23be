package io.perennial.samples.incident;

import java.util.Locale;

/** Writes XML, which is also what SVG and a careful HTML page are. */
final class Markup {
    private final StringBuilder text = new StringBuilder();

    /**
     * Opens an element.
     *
     * @param attributes names and values in turn; a number is written to the tenth
     */
    Markup open(String element, Object... attributes) {
        start(element, attributes);
        text.append(">\n");
        return this;
    }

    Markup close(String element) {
        text.append("</").append(element).append(">\n");
        return this;
    }

    /** An element without content. */
    Markup empty(String element, Object... attributes) {
        start(element, attributes);
        text.append("/>\n");
        return this;
    }

    /** An element with nothing but text in it. */
    Markup text(String element, String content, Object... attributes) {
        start(element, attributes);
        text.append('>').append(escaped(content)).append("</").append(element).append(">\n");
        return this;
    }

    /** What is markup already. */
    Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    static String number(double value) {
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
        return content.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
