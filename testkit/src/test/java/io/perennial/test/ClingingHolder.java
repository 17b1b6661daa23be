package io.perennial.test;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/** Reconnects with a session's id and password again and again, so that whoever has taken it over loses it. */
final class ClingingHolder implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final int port;
    private final long session;
    private final byte[] password;
    private volatile boolean letsGo;
    private CompletableFuture<Void> work = CompletableFuture.completedFuture(null);

    ClingingHolder(int port, long session, byte[] password) {
        this.port = port;
        this.session = session;
        this.password = password.clone();
    }

    /** Returns once it has begun. */
    void takeBack(int times) throws IOException {
        takeBack();
        work = CompletableFuture.runAsync(() -> {
            try {
                for (int n = 1; n < times && !letsGo; n++) {
                    takeBack();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void takeBack() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var request = new DataOutputStream(socket.getOutputStream());
            request.writeInt(45); // what follows
            request.writeInt(0); // the protocol's version
            request.writeLong(0); // the last transaction seen
            request.writeInt(TIMEOUT_MILLIS);
            request.writeLong(session);
            request.writeInt(password.length);
            request.write(password);
            request.writeByte(0); // not read-only
            socket.getInputStream().read(); // until it is answered
        }
    }

    @Override
    public void close() {
        letsGo = true;
        work.join();
    }
}
