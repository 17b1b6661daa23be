package io.perennial.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds free ports below the range from which the system takes the ports of outgoing connections. Otherwise a server
 * that is down might lose its port to another connection, or a client might connect to itself. It might also lose its
 * port to the tests of another JVM: so a lock holds each port until this JVM ends.
 */
final class Ports {
    static final String HOST = "127.0.0.1";
    private static final int LOWEST = 15_000;
    private static final int BEYOND = 32_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();
    /** A byte for each port. Never closed, because that would give up the locks; none if it cannot be written. */
    private static final @Nullable FileChannel HELD = openHeld();

    private Ports() {}

    /** A port that was free a moment ago and that has not been given to this JVM or another running one. */
    static int free() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
            if (GIVEN.add(port) && hold(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + LOWEST + " and " + BEYOND);
    }

    private static @Nullable FileChannel openHeld() {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "perennial-test-ports");
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            return null; // another user's
        }
    }

    private static boolean hold(int port) {
        try {
            return HELD == null || HELD.tryLock(port, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            return false; // another class loader's
        } catch (IOException e) {
            return true; // There are no locks here.
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
