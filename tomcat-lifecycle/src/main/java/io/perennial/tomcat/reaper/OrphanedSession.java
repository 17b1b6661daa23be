package io.perennial.tomcat.reaper;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A session as its server knows it, closed over a separate connection: this does not need the application's client,
 * which may be dead, or unable to load the classes that a close needs.
 *
 * <p>Uses the three messages needed for that (connect, its answer, closeSession) in the form that servers from 3.4 to
 * 3.9 understand; without TLS only.
 */
final class OrphanedSession {
    private static final int CLOSE_SESSION = -11;
    private static final int CONNECT_MILLIS = 500;
    private static final int ANSWER_MILLIS = 1_000;
    private static final int MOST_BYTES = 1_024;

    private final long id;
    /** A secret. Never in a log or an exception. */
    private final byte @Nullable [] password;

    private final int timeoutMillis;
    private final List<InetSocketAddress> servers;

    OrphanedSession(long id, byte @Nullable [] password, int timeoutMillis, List<InetSocketAddress> servers) {
        this.id = id;
        this.password = password == null ? null : password.clone();
        this.timeoutMillis = timeoutMillis;
        this.servers = List.copyOf(servers);
    }

    /** Whether the server ever gave it an id. */
    boolean exists() {
        return id != 0 && password != null;
    }

    int timeoutMillis() {
        return timeoutMillis;
    }

    /**
     * Tries each server once; blocks for up to 1.5 s for each. Returns whether a server says that the session is gone.
     */
    boolean closeFromHere() {
        return exists() && servers.stream().anyMatch(this::closeAt);
    }

    private boolean closeAt(InetSocketAddress server) {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(resolved(server), CONNECT_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            send(socket, this::connectRequest);
            if (readAnswer(in) <= 0) {
                return true;
            }
            send(socket, OrphanedSession::closeRequest);
            return closed(in);
        } catch (IOException e) {
            return false;
        }
    }

    private void connectRequest(DataOutputStream out) throws IOException {
        byte[] secret = password == null ? new byte[0] : password;
        out.writeInt(0); // protocol version
        out.writeLong(0); // last transaction seen: none, so no server is too far behind for us
        out.writeInt(timeoutMillis);
        out.writeLong(id);
        out.writeInt(secret.length);
        out.write(secret);
        out.writeBoolean(false); // read-only
    }

    private static void closeRequest(DataOutputStream out) throws IOException {
        out.writeInt(1); // transaction number
        out.writeInt(CLOSE_SESSION);
    }

    /** The session timeout granted; not positive when the session has expired. */
    private static int readAnswer(DataInputStream in) throws IOException {
        byte[] answer = read(in);
        if (answer.length < 8) {
            throw new IOException("answer of " + answer.length + " bytes");
        }
        return new DataInputStream(new ByteArrayInputStream(answer, 4, 4)).readInt();
    }

    private static boolean closed(DataInputStream in) throws IOException {
        byte[] reply = read(in);
        // xid, zxid, error
        return reply.length >= 16 && Arrays.equals(reply, 12, 16, new byte[4], 0, 4);
    }

    private static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new IOException("answer of " + length + " bytes");
        }
        return in.readNBytes(length);
    }

    private static void send(Socket socket, Message message) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        message.writeTo(new DataOutputStream(body));
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        new DataOutputStream(frame).writeInt(body.size());
        body.writeTo(frame);
        socket.getOutputStream().write(frame.toByteArray());
    }

    private static InetSocketAddress resolved(InetSocketAddress server) throws IOException {
        return server.isUnresolved()
                ? new InetSocketAddress(InetAddress.getByName(server.getHostString()), server.getPort())
                : server;
    }

    /** As ZooKeeper's own logs write it; empty when there is none. */
    String idHex() {
        return exists() ? "0x" + Long.toHexString(id) : "";
    }

    /** {@code host:port}, comma-separated. */
    String serverNames() {
        return servers.stream()
                .map(server -> server.getHostString() + ":" + server.getPort())
                .collect(Collectors.joining(","));
    }

    /** Id and servers. */
    @Override
    public String toString() {
        return (exists() ? "session " + idHex() : "no session yet") + " at " + serverNames();
    }

    private interface Message {
        void writeTo(DataOutputStream out) throws IOException;
    }
}
