package io.perennial.soak.work;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a client JVM uses.
 *
 * @param nanos when
 * @param threads alive
 * @param sockets open
 * @param heapBytes in use after a collection
 * @param logLines in its log so far
 */
public record Resources(long nanos, long threads, long sockets, long heapBytes, long logLines) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int CHUNK = 1 << 16;

    static Resources now(Path log) {
        System.gc();
        return new Resources(
                System.nanoTime(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                openSockets(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                lines(log));
    }

    List<String> fields() {
        return Stream.of(nanos, threads, sockets, heapBytes, logLines)
                .map(String::valueOf)
                .toList();
    }

    static Resources parse(List<String> fields) {
        long[] values = fields.stream().mapToLong(Long::parseLong).toArray();
        return new Resources(values[0], values[1], values[2], values[3], values[4]);
    }

    private static long openSockets() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors.filter(Resources::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static long lines(Path log) {
        if (!Files.exists(log)) {
            return 0;
        }
        try (InputStream in = Files.newInputStream(log)) {
            long lines = 0;
            byte[] chunk = new byte[CHUNK];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                for (int i = 0; i < length; i++) {
                    lines += chunk[i] == '\n' ? 1 : 0;
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
