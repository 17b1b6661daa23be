package io.perennial.test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.apache.jute.BinaryInputArchive;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.OpCode;

/** Reads the requests that pass a {@link FaultProxy} and counts them by op code. Thread-safe. */
final class Requests {
    private static final int XID_AT = 4;
    private static final int OP_CODE_AT = 8;
    private static final int BODY_AT = 12;
    private static final Set<Integer> WRITES = Set.of(
            OpCode.create,
            OpCode.create2,
            OpCode.createContainer,
            OpCode.createTTL,
            OpCode.delete,
            OpCode.deleteContainer,
            OpCode.setData,
            OpCode.setACL,
            OpCode.multi,
            OpCode.reconfig);

    private final AtomicInteger barriers = new AtomicInteger();
    private final Map<Integer, Integer> requests = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> operations = new ConcurrentHashMap<>();

    static int xid(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(XID_AT);
    }

    static int opCode(byte[] request) {
        return ByteBuffer.wrap(request).getInt(OP_CODE_AT);
    }

    static boolean isWrite(int opCode) {
        return WRITES.contains(opCode);
    }

    void countHandshake() {
        requests.merge(OpCode.createSession, 1, Integer::sum);
    }

    void count(byte[] request) {
        int opCode = opCode(request);
        requests.merge(opCode, 1, Integer::sum);
        if (opCode == OpCode.multi || opCode == OpCode.multiRead) {
            List<Integer> parts = parts(request);
            parts.forEach(part -> operations.merge(part, 1, Integer::sum));
            if (parts.equals(List.of(OpCode.check))) {
                barriers.incrementAndGet();
            }
        } else {
            operations.merge(opCode, 1, Integer::sum);
        }
    }

    int requests(int opCode) {
        return requests.getOrDefault(opCode, 0);
    }

    int operations(int opCode) {
        return operations.getOrDefault(opCode, 0);
    }

    /** Transactions that check one version, and so change nothing. */
    int barriers() {
        return barriers.get();
    }

    int writes() {
        return WRITES.stream().mapToInt(this::requests).sum() - barriers();
    }

    void reset() {
        barriers.set(0);
        requests.clear();
        operations.clear();
    }

    private static List<Integer> parts(byte[] multi) {
        var body = new ByteArrayInputStream(multi, BODY_AT, multi.length - BODY_AT);
        MultiOperationRecord record = new MultiOperationRecord();
        try {
            record.deserialize(BinaryInputArchive.getArchive(body), "multi");
        } catch (IOException e) {
            return List.of(); // counted as a request all the same
        }
        return StreamSupport.stream(record.spliterator(), false)
                .map(Op::getType)
                .toList();
    }
}
