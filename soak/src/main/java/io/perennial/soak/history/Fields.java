package io.perennial.soak.history;

import java.util.ArrayList;
import java.util.List;

/** Fields of a line, with tabs between; tabs, line ends and backslashes within a field are escaped. */
public final class Fields {
    private Fields() {}

    /**
     * One line.
     *
     * @param fields whatever text
     * @return without a line end
     */
    public static String join(List<String> fields) {
        var line = new StringBuilder(120);
        for (String field : fields) {
            if (line.length() > 0) {
                line.append('\t');
            }
            line.append(field.indexOf('\\') < 0 && isPlain(field) ? field : escape(field));
        }
        return line.toString();
    }

    /**
     * The reverse of {@link #join}.
     *
     * @param line without a line end
     * @return at least one field
     */
    public static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        int from = 0;
        for (int tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', from)) {
            fields.add(unescape(line.substring(from, tab)));
            from = tab + 1;
        }
        fields.add(unescape(line.substring(from)));
        return fields;
    }

    private static boolean isPlain(String field) {
        return field.indexOf('\t') < 0 && field.indexOf('\n') < 0 && field.indexOf('\r') < 0;
    }

    private static String escape(String field) {
        return field.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        var text = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 1 < field.length()) {
                i++;
                c = switch (field.charAt(i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> field.charAt(i);
                };
            }
            text.append(c);
        }
        return text.toString();
    }
}
