package io.perennial.test;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks just enough of ZooKeeper's protocol to answer each request for a session, new or old, with a timeout of zero:
 * "it has expired". One thread, one connection after the other.
 */
public final class RefusingServer implements AutoCloseable {
    private static final int PASSWORD_BYTES = 16;
    private static final int ANSWER_BYTES = 4 + 4 + 8 + 4 + PASSWORD_BYTES + 1;

    private final AtomicInteger refused = new AtomicInteger();
    private final ServerSocket listener;
    private final Thread thread;

    /** Listens on a free port of 127.0.0.1. */
    public RefusingServer() {
        try {
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, "test-refusing-" + port());
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The port on which it listens.
     *
     * @return the port
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Requests for a session so far.
     *
     * @return how many
     */
    public int refused() {
        return refused.get();
    }

    private void run() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                refuse(client);
            } catch (IOException e) {
                // The client has ended it, or this server.
            }
        }
    }

    private void refuse(Socket client) throws IOException {
        client.setSoTimeout(1_000);
        var in = new DataInputStream(client.getInputStream());
        in.readNBytes(in.readInt());
        refused.incrementAndGet();
        ByteBuffer answer = ByteBuffer.allocate(4 + ANSWER_BYTES);
        answer.putInt(ANSWER_BYTES).putInt(0).putInt(0).putLong(0).putInt(PASSWORD_BYTES);
        client.getOutputStream().write(answer.array());
        client.getOutputStream().flush();
        in.read(); // until the client hangs up
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
