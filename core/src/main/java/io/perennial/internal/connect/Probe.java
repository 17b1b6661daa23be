package io.perennial.internal.connect;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a server answers, on a separate connection, so that the client need not fail and log it.
 *
 * <p>Concurrency: used by one thread; {@link #close} from anywhere.
 */
interface Probe {
    /**
     * Returns when the server accepted the connection.
     *
     * @param patience how long that may take
     */
    void connect(InetSocketAddress address, Duration patience) throws IOException;

    /**
     * Connects, and reads the answer to the beginning of a handshake.
     *
     * @param patience how long the former may take
     * @param listening how long to wait for the latter
     * @return the answer; empty when it hung up; null when it waited for more, as a ZooKeeper server does
     * @throws IOException when the connection failed
     */
    @Nullable
    String listen(InetSocketAddress address, Duration patience, Duration listening) throws IOException;

    /** Ends a look under way, and lets none begin. */
    void close();
}
