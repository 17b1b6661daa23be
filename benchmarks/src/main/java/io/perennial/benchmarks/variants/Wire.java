package io.perennial.benchmarks.variants;

import io.perennial.benchmarks.processes.Child;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.apache.jute.BinaryInputArchive;
import org.apache.jute.BinaryOutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.proto.ConnectRequest;
import org.apache.zookeeper.proto.ConnectResponse;
import org.apache.zookeeper.proto.GetDataRequest;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.RequestHeader;

/**
 * No client: a socket, requests encoded before the clock runs, and a loop that reads the answers. What is left is the
 * server's time and the network's. It sends no heartbeats. Not thread-safe.
 */
public final class Wire implements Closeable {
    private static final int BATCH = 1_000;
    private static final int XID_OF_EVENTS = -1;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final long session;

    /**
     * Connects, and asks for a new session.
     *
     * @param host of the server
     * @param port of the server
     * @throws IOException when it is refused
     */
    public Wire(String host, int port) throws IOException {
        socket = new Socket(host, port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = socket.getOutputStream();
        int timeout = Math.toIntExact(Client.SESSION_TIMEOUT.toMillis());
        out.write(frame(new ConnectRequest(0, 0, timeout, 0, new byte[16], false)));
        byte[] answer = new byte[in.readInt()];
        in.readFully(answer);
        var response = new ConnectResponse();
        response.deserialize(archive(answer), "connect");
        session = response.getSessionId();
    }

    /** {@return the session's id} */
    public long sessionId() {
        return session;
    }

    /**
     * Encodes the creation of ephemeral nodes, a thousand in one transaction.
     *
     * @param paths of the nodes
     * @return what {@link #send} takes
     * @throws IOException never
     */
    public static List<byte[]> creations(List<String> paths) throws IOException {
        List<byte[]> requests = new ArrayList<>();
        for (int from = 0; from < paths.size(); from += BATCH) {
            var transaction = new MultiOperationRecord();
            for (String path : paths.subList(from, Math.min(from + BATCH, paths.size()))) {
                transaction.add(Op.create(path, new byte[32], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
            }
            requests.add(frame(new RequestHeader(requests.size() + 1, OpCode.multi), transaction));
        }
        return requests;
    }

    /**
     * Encodes reads that set a watch, one for each node.
     *
     * @param paths of the nodes
     * @return what {@link #send} takes
     * @throws IOException never
     */
    public static List<byte[]> reads(List<String> paths) throws IOException {
        List<byte[]> requests = new ArrayList<>();
        for (String path : paths) {
            requests.add(frame(new RequestHeader(requests.size() + 1, OpCode.getData), new GetDataRequest(path, true)));
        }
        return requests;
    }

    /**
     * Sends all and waits for all answers.
     *
     * @param requests encoded
     * @throws Exception when the connection breaks or the server refuses one
     */
    public void send(List<byte[]> requests) throws Exception {
        var all = new ByteArrayOutputStream();
        requests.forEach(all::writeBytes);
        Thread writer = new Thread(
                () -> {
                    try {
                        out.write(all.toByteArray());
                    } catch (IOException e) {
                        Child.fail("the wire: " + e);
                    }
                },
                "wire-writer");
        writer.start();
        for (int answers = 0; answers < requests.size(); ) {
            if (isAnswer()) {
                answers++;
            }
        }
        writer.join();
    }

    private boolean isAnswer() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        var header = new ReplyHeader();
        header.deserialize(archive(frame), "header");
        if (header.getErr() != 0) {
            throw new IOException("the server answers " + header.getErr() + " to request " + header.getXid());
        }
        return header.getXid() != XID_OF_EVENTS;
    }

    /** Ends the session. */
    @Override
    public void close() throws IOException {
        out.write(frame(new RequestHeader(1, OpCode.closeSession)));
        isAnswer();
        socket.close();
    }

    private static byte[] frame(Record... records) throws IOException {
        var content = new ByteArrayOutputStream();
        BinaryOutputArchive archive = BinaryOutputArchive.getArchive(content);
        for (Record each : records) {
            each.serialize(archive, "record");
        }
        var frame = new ByteArrayOutputStream();
        new DataOutputStream(frame).writeInt(content.size());
        content.writeTo(frame);
        return frame.toByteArray();
    }

    private static BinaryInputArchive archive(byte[] bytes) {
        return BinaryInputArchive.getArchive(new ByteArrayInputStream(bytes));
    }
}
