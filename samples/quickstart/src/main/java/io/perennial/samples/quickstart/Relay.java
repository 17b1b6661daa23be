package io.perennial.samples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The network between the application and the server: passes TCP connections on until it is cut. Then connections break
 * and new ones are refused, while the server runs on and other clients reach it.
 */
final class Relay implements AutoCloseable {
    private final InetSocketAddress target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocket listener; // null while cut

    Relay(int targetPort) throws IOException {
        target = new InetSocketAddress(host(), targetPort);
        port = listen(0);
    }

    int port() {
        return port;
    }

    void cut() throws IOException {
        ServerSocket open = listener;
        listener = null;
        if (open != null) {
            open.close();
        }
        sockets.forEach(Relay::closeQuietly);
    }

    void mend() throws IOException {
        listen(port);
    }

    @Override
    public void close() {
        try {
            cut();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int listen(int onPort) throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(host(), onPort));
        listener = socket;
        daemon(() -> accept(socket));
        return socket.getLocalPort();
    }

    /** Not the loopback address, which may be IPv6's. */
    private static InetAddress host() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                connect(from, from.accept());
            }
        } catch (IOException cut) {
            // The listener was closed.
        }
    }

    private void connect(ServerSocket from, Socket client) {
        var server = new Socket();
        sockets.add(client);
        sockets.add(server);
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
            daemon(() -> pump(client, server));
            daemon(() -> pump(server, client));
        } catch (IOException serverIsDown) {
            end(client, server);
        }
        if (listener != from) { // cut meanwhile
            end(client, server);
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException broken) {
            // One side has ended the connection.
        } finally {
            end(from, to);
        }
    }

    private void end(Socket one, Socket other) {
        closeQuietly(one);
        closeQuietly(other);
        sockets.remove(one);
        sockets.remove(other);
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "quickstart-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as good as closed.
        }
    }
}
