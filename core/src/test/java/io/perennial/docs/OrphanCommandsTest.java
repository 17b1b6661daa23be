package io.perennial.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Feeds the commands of {@code docs/orphans.md} with what servers and machines print. */
@Tag("J5")
class OrphanCommandsTest {
    private static final Path PAGE = Path.of("..", "docs", "orphans.md");
    private static final Path BASH = Path.of("/bin/bash");

    @TempDir
    private Path directory;

    @BeforeEach
    void needABash() {
        assumeThat(BASH).exists();
    }

    /** The line of the page that has this, from there on. */
    private static String command(String begin) throws IOException {
        return Files.readString(PAGE)
                .lines()
                .filter(line -> line.contains(begin))
                .map(line -> line.substring(line.indexOf(begin)))
                .findFirst()
                .orElseThrow();
    }

    private List<String> run(String command, String... input) throws Exception {
        Path file = Files.write(directory.resolve("input"), List.of(input));
        Process bash = new ProcessBuilder(BASH.toString(), "-c", command)
                .directory(directory.toFile())
                .redirectInput(file.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output.lines().map(String::strip).toList();
    }

    @Test
    @DisplayName("Servers from 3.4 on say by which address a connection ended without a session")
    void countsTheAddressesInTheServersLog() throws Exception {
        String command = command("grep -E 'session = 0x0").replace("zookeeper.log", "-") + command("grep -oE");

        assertThat(run(
                        command,
                        ended("/10.0.0.5:46728", "0x0"),
                        ended("/10.0.0.5:46732", "0x0"),
                        ended("/10.0.0.9:46733", "0x100056ade1d0000"),
                        endedAtAnOldServer("/10.0.0.5:46740"),
                        endedAtAnOldServer("/[0:0:0:0:0:0:0:1]:46741")))
                .containsExactly("3 10.0.0.5", "1 [0:0:0:0:0:0:0:1]");
    }

    private static String ended(String address, String session) {
        return "12:44:29,255 [NIOWorkerThread-1] INFO  o.a.z.s.NIOServerCnxn - Unable to read additional data from"
                + " client, it probably closed the socket: address = " + address + ", session = " + session;
    }

    private static String endedAtAnOldServer(String address) {
        return "12:46:59,388 [NIOServerCxn.Factory:0.0.0.0/0.0.0.0:2181] INFO  o.a.z.s.NIOServerCnxn - Closed socket"
                + " connection for client " + address + " (no session established for client)";
    }

    @Test
    void countsTheAddressesOfTheMoment() throws Exception {
        assertThat(run(
                        command("sed -n 's|^ */").replace("<&3", ""),
                        " /10.0.0.5:37554[1](queued=0,recved=1,sent=1,sid=0x100001,to=10000)",
                        " /10.0.0.5:37555[1](queued=0,recved=1,sent=1,sid=0x100002,to=10000)",
                        " /[0:0:0:0:0:0:0:1]:37556[0](queued=0,recved=1,sent=0)",
                        ""))
                .containsExactly("2 10.0.0.5", "1 [0:0:0:0:0:0:0:1]");
    }

    @Test
    @DisplayName("A JVM's sockets are of IPv6, whatever they are connected to")
    void countsTheSocketsByServer() throws Exception {
        String socket = "0      0      [::ffff:10.0.0.5]:%d [::ffff:10.0.0.1]:2181       ";

        assertThat(run(command("awk '{print $NF}'"), socket.formatted(35694), socket.formatted(46728)))
                .containsExactly("2 [::ffff:10.0.0.1]:2181");
    }
}
