package io.perennial.samples.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The network between an application and the server: forwards TCP connections, and counts them, until it is cut. Then
 * connections break and new ones are refused, while the server goes on running and other clients reach it. Thread-safe.
 */
public final class Relay implements AutoCloseable {
    private final InetSocketAddress target;
    private final int port;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final Set<Socket> servers = ConcurrentHashMap.newKeySet();
    private final List<Long> accepted = new CopyOnWriteArrayList<>();
    private volatile @Nullable ServerSocket listener; // null while cut

    /** Forwards to that port of this machine, whether or not a server listens there yet. */
    public Relay(int targetPort) throws IOException {
        target = endpoint(targetPort);
        port = listen(0);
    }

    public int port() {
        return port;
    }

    /** The address for a connect string. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** When connections were accepted, by {@link System#nanoTime()}. */
    public List<Long> accepted() {
        return List.copyOf(accepted);
    }

    /** Connections that the application has open. */
    public int open() {
        return clients.size();
    }

    /** Does nothing when it is already cut. */
    public synchronized void cut() throws IOException {
        ServerSocket open = listener;
        listener = null;
        if (open != null) {
            open.close();
        }
        clients.forEach(Relay::closeQuietly);
        servers.forEach(Relay::closeQuietly);
    }

    /** Does nothing when it is not cut. */
    public synchronized void mend() throws IOException {
        if (listener == null) {
            listen(port);
        }
    }

    public boolean isCut() {
        return listener == null;
    }

    @Override
    public void close() {
        try {
            cut();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port of this machine; not of the loopback address, which may be IPv6's. */
    static InetSocketAddress endpoint(int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }

    private int listen(int onPort) throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(endpoint(onPort));
        listener = socket;
        daemon(() -> accept(socket));
        return socket.getLocalPort();
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket client = from.accept();
                accepted.add(System.nanoTime());
                connect(from, client);
            }
        } catch (IOException cut) {
            // The listener was closed.
        }
    }

    private void connect(ServerSocket from, Socket client) {
        var server = new Socket();
        clients.add(client);
        servers.add(server);
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
            daemon(() -> pump(client, server, client, server));
            daemon(() -> pump(server, client, client, server));
        } catch (IOException serverIsDown) {
            end(client, server);
        }
        if (listener != from) { // cut meanwhile
            end(client, server);
        }
    }

    private void pump(Socket from, Socket to, Socket client, Socket server) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException broken) {
            // One side has ended the connection.
        } finally {
            end(client, server);
        }
    }

    private void end(Socket client, Socket server) {
        closeQuietly(client);
        closeQuietly(server);
        clients.remove(client);
        servers.remove(server);
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It counts as closed.
        }
    }
}
