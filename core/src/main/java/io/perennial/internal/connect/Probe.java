package io.perennial.internal.connect;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a server answers, on a connection of its own, so that the client need not try in vain and log it.
 *
 * <p>Concurrency: used by one thread; {@link #close} from anywhere.
 */
interface Probe {
    /** Returns when it could be connected to. */
    void connect(InetSocketAddress address) throws IOException;

    /**
     * Connects, and hears what is said to the beginning of a handshake.
     *
     * @return what was said; empty when it hung up; null when it waited for more, as a ZooKeeper server does
     * @throws IOException when it could not be connected to
     */
    @Nullable
    String listen(InetSocketAddress address) throws IOException;

    /** Ends a look under way, and lets none begin. */
    void close();
}
