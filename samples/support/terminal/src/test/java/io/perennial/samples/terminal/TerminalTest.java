package io.perennial.samples.terminal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void usesSigns_whereTheCharsetHasThem() {
        Terminal terminal = new Screen().terminal();

        assertThat(terminal.mark(true)).isEqualTo("✓ ");
        assertThat(terminal.mark(false)).isEqualTo("✗ ");
    }

    @Test
    void usesLetters_whereTheCharsetHasNoSigns() {
        Terminal terminal = new Screen(US_ASCII, false).terminal();

        assertThat(terminal.mark(true)).isEqualTo("ok");
        assertThat(terminal.mark(false)).isEqualTo("NO");
        assertThat(terminal.bullet()).isEqualTo("-");
    }

    @Test
    void colours_onlyWhenToldTo() {
        assertThat(new Screen(UTF_8, true).terminal().styled(Terminal.Style.RED, "LOST"))
                .isEqualTo("\u001b[31mLOST\u001b[0m");
        assertThat(new Screen().terminal().styled(Terminal.Style.RED, "LOST")).isEqualTo("LOST");
    }

    @Test
    void respectsTheEnvironmentsWishes() {
        assertThat(Terminal.wantsColour(Map.of("TERM", "xterm"))).isTrue();
        assertThat(Terminal.wantsColour(Map.of("TERM", "xterm", "NO_COLOR", "1")))
                .isFalse();
        assertThat(Terminal.wantsColour(Map.of("TERM", "dumb"))).isFalse();
        assertThat(Terminal.wantsColour(Map.of())).isFalse();
    }

    @Test
    void wrapsLongTextBetweenWords() {
        var screen = new Screen();

        screen.terminal().wrapped(Terminal.Style.DIM, "  - ", "word ".repeat(40).strip());

        assertThat(screen.lines()).hasSize(3).allMatch(line -> line.length() <= Terminal.WIDTH);
        assertThat(screen.lines().get(0)).startsWith("  - word word");
        assertThat(screen.lines().get(1)).startsWith("    word word");
        assertThat(String.join(" ", screen.lines()).split("word", -1)).hasSize(41);
    }
}
