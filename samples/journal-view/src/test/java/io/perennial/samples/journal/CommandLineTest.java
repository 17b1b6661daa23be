package io.perennial.samples.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.samples.terminal.Screen;
import io.perennial.samples.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    private final Screen screen = new Screen();
    private final StringWriter errors = new StringWriter();

    @TempDir
    private Path directory;

    @BeforeEach
    void files() throws Exception {
        Files.writeString(directory.resolve("orders.json"), Reports.lostOnce());
        Files.writeString(directory.resolve("empty.jfr"), "");
        Files.writeString(directory.resolve("text.jfr"), "Once upon a time\n");
        Files.write(directory.resolve("bytes.json"), new byte[] {(byte) 0xff, 0, 1});
        Files.writeString(directory.resolve("short.jfr"), "FLR\0 and no more");
        Files.writeString(directory.resolve("none.json"), "[]");
        Files.writeString(directory.resolve("half.json"), Reports.lostOnce().substring(0, 400));
        Files.writeString(
                directory.resolve("newer.json"),
                Reports.lostOnce().replace("\"state\":\"CONNECTED\"", "\"state\":\"NAPPING\""));
        Files.writeString(directory.resolve("other.json"), "{\"name\": \"npm\", \"version\": \"1\"}");
        Files.createDirectory(directory.resolve("directory"));
        try (var recording = new Recording()) {
            recording.start();
            recording.stop();
            recording.dump(directory.resolve("silent.jfr"));
        }
    }

    @Test
    void helps() {
        assertThat(execute("--help")).isZero();

        assertThat(errors.toString()).isEmpty();
        assertThat(screen.lines()).allMatch(line -> line.length() <= Terminal.WIDTH);
        assertThat(String.join("\n", screen.lines()))
                .containsSubsequence(
                        "Usage: journal-view (FILE... | --pid PID | --jmx URL)",
                        "Parameter:",
                        "recording",
                        "Options:",
                        "--pid",
                        "--jmx",
                        "--output",
                        "--session",
                        "--zone",
                        "--help",
                        "Exit status:",
                        "Examples:");
    }

    @Test
    void writesThePageNextToItsSource() throws Exception {
        assertThat(execute("DIR/orders.json", "--zone", "UTC")).isZero();

        assertThat(errors.toString()).isEmpty();
        Path page = directory.resolve("orders.html");
        assertThat(screen.lines()).containsExactly("Written: " + page);
        assertThat(Files.readString(page))
                .startsWith("<!DOCTYPE html>")
                .contains("times in UTC", "Away for 10.0 s, lost: NO_SERVER", "&lt;b&gt;node&lt;/b&gt;");
    }

    @Test
    void writesThePageWhereItIsTold_withOneSession() throws Exception {
        String both = Reports.lostOnce() + "," + Reports.lostOnce().replace("\"orders\"", "\"billing\"");
        Files.writeString(directory.resolve("both.json"), "[" + both + "]");

        assertThat(execute("DIR/both.json", "--session", "billing", "--output", "DIR/page.html"))
                .isZero();

        assertThat(directory.resolve("both.html")).doesNotExist();
        assertThat(Files.readString(directory.resolve("page.html")))
                .contains("<h2>billing</h2>")
                .doesNotContain("<h2>orders</h2>");
    }

    @Test
    @Tag("H6")
    void writesSeveralFilesIntoOnePage() throws Exception {
        Files.writeString(directory.resolve("b.json"), Reports.lostOnce().replace("\"orders\"", "\"billing\""));

        assertThat(execute("DIR/orders.json", "DIR/b.json", "--output", "DIR/page.html", "--zone", "UTC"))
                .isZero();

        assertThat(errors.toString()).isEmpty();
        assertThat(Files.readString(directory.resolve("page.html")))
                .contains(
                        "<h2>All sessions</h2>",
                        "<h2>orders in " + directory.resolve("orders.json") + "</h2>",
                        "<h2>billing in " + directory.resolve("b.json") + "</h2>");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "DIR/gone.jfr                         | gone.jfr: there is no such file",
                "DIR/directory                        | directory: it is a directory",
                "DIR/empty.jfr                        | empty.jfr: it is empty",
                "DIR/text.jfr                         | text.jfr: it is neither a recording (.jfr) nor a session's"
                        + " report",
                "DIR/bytes.json                       | bytes.json: it is neither a recording (.jfr) nor",
                "DIR/short.jfr                        | short.jfr: it is not a whole recording, or one of a newer JDK",
                "DIR/silent.jfr                       | silent.jfr: it is a recording without any event of a Perennial"
                        + " session",
                "DIR/none.json                        | none.json: there is no report in it",
                "DIR/half.json                        | half.json: it is not JSON",
                "DIR/newer.json                       | newer.json: it is of a newer version than this program",
                "DIR/other.json                       | other.json: it is not a session's report, or one of another"
                        + " version",
                "DIR/orders.json --session billing    | right would be one of: orders",
                "DIR/orders.json --zone Atlantis      | --zone: 'Atlantis' is not a time zone",
                "DIR/orders.json --output DIR/directory | it cannot be written",
                "DIR/orders.json --output DIR/none/x.html | it cannot be written",
                "DIR/orders.json --output DIR/orders.json | that is a file to read",
                "DIR/orders.json DIR/half.json        | half.json: it is not JSON",
                "DIR/gone.json DIR/orders.json        | gone.json: there is no such file",
                "DIR/orders.json DIR/orders.json --session billing | right would be one of: orders",
                "DIR/orders.json DIR/newer.json --output DIR/newer.json | newer.json",
                "DIR/orders.json --out x              | '--out'",
                "--session orders                     | FILE",
                "DIR/orders.json --pid 1              | mutually exclusive",
                "--pid none                           | '--pid'",
                "--pid 999999999                      | process 999999999: it is no JVM",
                "--jmx localhost                      | localhost: it is no JMX address; right would be service:jmx:",
                "--jmx service:jmx:rmi:///jndi/rmi://127.0.0.1:1/jmxrmi | it refuses access",
            })
    void answersWhatIsWrongInOneLine(String arguments, String mentioned) {
        assertThat(execute(arguments.split(" "))).isEqualTo(2);

        assertThat(screen.lines()).isEmpty();
        assertThat(errors.toString().lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("journal-view: ")
                .endsWith("(see --help)")
                .doesNotContain("null")
                .contains(mentioned.strip()));
        assertThat(directory.resolve("orders.html")).doesNotExist();
    }

    private int execute(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i].replace("DIR", directory.toString());
        }
        return JournalView.commandLine(screen.terminal())
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
