package io.perennial.internal.connect;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Probes with a plain TCP connection. */
public final class SocketProbe implements Probe {
    /**
     * The beginning of the client's handshake, its length: a ZooKeeper server waits for the rest, others reject it.
     */
    private static final byte[] BEGINNING = {0, 0, 0, 44};

    private static final int MOST_BYTES = 60;

    private final boolean mayBegin;
    private final Supplier<Socket> sockets;

    @GuardedBy("this")
    private @Nullable Socket socket;

    @GuardedBy("this")
    private boolean closed;

    /**
     * For one handle.
     *
     * @param mayBegin whether the beginning of a handshake may be sent; not where the client speaks TLS
     */
    public SocketProbe(boolean mayBegin) {
        this(mayBegin, Socket::new);
    }

    SocketProbe(boolean mayBegin, Supplier<Socket> sockets) {
        this.mayBegin = mayBegin;
        this.sockets = sockets;
    }

    @Override
    public void connect(InetSocketAddress address, Duration patience) throws IOException {
        try (Socket connecting = open()) {
            connect(connecting, address, patience);
        } finally {
            forget();
        }
    }

    @Override
    public @Nullable String listen(InetSocketAddress address, Duration patience, Duration listening)
            throws IOException {
        try (Socket connected = open()) {
            connect(connected, address, patience);
            return answer(connected, listening);
        } finally {
            forget();
        }
    }

    /**
     * On a host where nobody listens at its port, a connection may be given that very port, and is then connected to
     * itself. Who looks often gets there some time, and would keep the server from its port.
     */
    private static void connect(Socket socket, InetSocketAddress address, Duration patience) throws IOException {
        socket.connect(address, millis(patience));
        if (socket.getLocalPort() == address.getPort()
                && socket.getLocalAddress().equals(address.getAddress())) {
            throw new ConnectException("Connection refused: it was one to itself");
        }
    }

    private static int millis(Duration patience) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, patience.toMillis()));
    }

    private @Nullable String answer(Socket connected, Duration listening) throws SocketException {
        try {
            connected.setSoTimeout(millis(listening));
            if (mayBegin) {
                connected.getOutputStream().write(BEGINNING);
            }
            InputStream in = connected.getInputStream();
            byte[] answer = new byte[MOST_BYTES];
            int length = in.read(answer);
            return length < 0 ? "" : new String(answer, 0, length, StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            if (isClosed()) {
                throw new SocketException("retired");
            }
            return ""; // It has reset the connection.
        }
    }

    private synchronized Socket open() throws SocketException {
        if (closed) {
            throw new SocketException("retired");
        }
        Socket opened = sockets.get();
        socket = opened;
        return opened;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void forget() {
        socket = null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        Socket open = socket;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It was being discarded.
            }
        }
    }
}
