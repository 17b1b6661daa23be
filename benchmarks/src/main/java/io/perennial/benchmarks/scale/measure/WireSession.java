package io.perennial.benchmarks.scale.measure;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import org.apache.jute.BinaryInputArchive;
import org.apache.jute.BinaryOutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.proto.ConnectRequest;
import org.apache.zookeeper.proto.ConnectResponse;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.RequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * A session without a client: a socket, no threads, no pings. So a thousand of them cost this JVM next to nothing, and
 * what is measured is the server. Confined to one thread.
 */
final class WireSession implements AutoCloseable {
    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;
    private long id;
    private byte[] password = new byte[16];

    private WireSession(int port) throws IOException {
        socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        socket.setTcpNoDelay(true);
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 16_384));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16_384));
    }

    /** Connects and asks for a session, new or known; {@link #connected} reads the answer. */
    static WireSession begin(int port, @Nullable WireSession known) {
        try {
            var session = new WireSession(port);
            if (known != null) {
                session.id = known.id;
                session.password = known.password;
            }
            session.frame(new ConnectRequest(0, 0, 60_000, session.id, session.password, false));
            session.out.flush();
            return session;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WireSession open(int port) {
        return begin(port, null).connected();
    }

    WireSession connected() {
        try {
            var answer = new ConnectResponse();
            answer.deserialize(BinaryInputArchive.getArchive(nextFrame()), "connect");
            if (answer.getSessionId() == 0) {
                throw new IllegalStateException("no session");
            }
            id = answer.getSessionId();
            password = answer.getPasswd();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a request into the buffer. */
    void send(int xid, int operation, @Nullable Record body) {
        try {
            var header = new RequestHeader(xid, operation);
            if (body == null) {
                frame(header);
            } else {
                frame(header, body);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one frame, an answer or an event, and refuses an error. */
    void receive() {
        try {
            var header = new ReplyHeader();
            header.deserialize(BinaryInputArchive.getArchive(nextFrame()), "header");
            if (header.getErr() != 0) {
                throw new IllegalStateException("request " + header.getXid() + " failed: " + header.getErr());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one frame, whatever it says. */
    void skip() {
        try {
            nextFrame();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts the connection; the session stays at the server until it expires. */
    @Override
    public void close() {
        try {
            socket.setSoLinger(true, 0); // No port is left waiting.
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void frame(Record... records) throws IOException {
        var bytes = new ByteArrayOutputStream();
        BinaryOutputArchive archive = BinaryOutputArchive.getArchive(bytes);
        for (Record part : records) {
            part.serialize(archive, "");
        }
        out.writeInt(bytes.size());
        bytes.writeTo(out);
    }

    private DataInputStream nextFrame() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return new DataInputStream(new ByteArrayInputStream(frame));
    }
}
