package io.perennial.samples.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.List;

/** A terminal whose lines can be read back. */
public final class Screen {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Charset charset;
    private final Terminal terminal;

    public Screen() {
        this(UTF_8, false);
    }

    public Screen(Charset charset, boolean colour) {
        this.charset = charset;
        terminal = new Terminal(new PrintStream(bytes, true, charset), charset, colour);
    }

    public Terminal terminal() {
        return terminal;
    }

    public List<String> lines() {
        return bytes.toString(charset).lines().toList();
    }
}
