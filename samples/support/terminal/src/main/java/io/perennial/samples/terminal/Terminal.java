package io.perennial.samples.terminal;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;

/** Where the program prints: which characters it can show, and whether it has colours. Thread-safe. */
public final class Terminal {
    /** No line is longer. */
    public static final int WIDTH = 80;

    private final PrintStream out;
    private final Charset charset;
    private final boolean unicode;
    private final boolean colour;

    /** Ways to set text off, with their ANSI codes. */
    public enum Style {
        BOLD("1"),
        DIM("2"),
        GREEN("32"),
        YELLOW("33"),
        RED("31");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    public Terminal(PrintStream out, Charset charset, boolean colour) {
        this.out = out;
        this.charset = charset;
        this.unicode = charset.canEncode() && charset.newEncoder().canEncode("✓✗·");
        this.colour = colour;
    }

    /** Standard output, with colours if it is a terminal and colours are not switched off. */
    public static Terminal standardOutput() {
        Charset charset = outputCharset();
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset);
        return new Terminal(out, charset, isTerminal() && wantsColour(System.getenv()));
    }

    /** See no-color.org. */
    public static boolean wantsColour(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
    }

    /** For code that prints by itself. */
    public PrintWriter writer() {
        return new PrintWriter(out, true, charset);
    }

    public boolean hasColour() {
        return colour;
    }

    public void line(String text) {
        out.println(text);
    }

    /** One message in as many lines as it needs, the later ones indented like the text of the first. */
    public void wrapped(Style style, String lead, String text) {
        var line = new StringBuilder(lead);
        boolean empty = true;
        for (String word : text.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                line(styled(style, line.toString()));
                line.setLength(0);
                line.append(" ".repeat(lead.length()));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        line(styled(style, line.toString()));
    }

    public String styled(Style style, String text) {
        return colour ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
    }

    /** The mark of a verdict, in its colour; two columns wide. */
    public String mark(boolean good) {
        return styled(good ? Style.GREEN : Style.RED, markText(good)) + (unicode ? " " : "");
    }

    /** A mark before something that is not a state. */
    public String bullet() {
        return unicode ? "·" : "-";
    }

    private String markText(boolean good) {
        if (unicode) {
            return good ? "✓" : "✗";
        }
        return good ? "ok" : "NO";
    }

    /** The charset of standard output; JDK versions report it in different places. */
    private static Charset outputCharset() {
        for (String property : new String[] {"stdout.encoding", "sun.stdout.encoding", "native.encoding"}) {
            String name = System.getProperty(property);
            if (name != null && Charset.isSupported(name)) {
                return Charset.forName(name);
            }
        }
        return Charset.defaultCharset();
    }

    /** From JDK 22 on there is a console without a terminal too, which can be asked. */
    @SuppressWarnings("SystemConsoleNull") // that it is not null is what is asked further down
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException beforeJdk22) {
            return true;
        }
    }
}
