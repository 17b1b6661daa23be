package io.perennial.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Counts this JVM's TCP connections as the Linux kernel sees them; elsewhere the calling test is skipped. */
public final class Sockets {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String ESTABLISHED = "01";
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private Sockets() {}

    /**
     * Whether this system lets a process see its own sockets.
     *
     * @return true on Linux
     */
    public static boolean areVisible() {
        return Files.isDirectory(DESCRIPTORS);
    }

    /**
     * Established connections that this JVM holds to a port, on any host.
     *
     * @param remotePort the port
     * @return how many
     */
    public static int connectedTo(int remotePort) {
        Assumptions.assumeTrue(areVisible(), "needs Linux's /proc");
        String suffix = ":%04X".formatted(remotePort);
        Set<String> own = ownSockets();
        return (int) TABLES.stream()
                .flatMap(Sockets::rows)
                .filter(row -> row[REMOTE].endsWith(suffix) && row[STATE].equals(ESTABLISHED))
                .filter(row -> own.contains("socket:[" + row[INODE] + "]"))
                .count();
    }

    private static Stream<String[]> rows(Path table) {
        try {
            return Files.exists(table)
                    ? Files.readAllLines(table).stream().skip(1).map(line -> line.strip()
                            .split("\\s+"))
                    : Stream.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> ownSockets() {
        Set<String> targets = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
                try {
                    targets.add(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException closedMeanwhile) {
                    // No longer a socket of this JVM.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return targets;
    }
}
