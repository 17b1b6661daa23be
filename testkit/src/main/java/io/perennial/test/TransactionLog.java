package io.perennial.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.jute.Record;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.server.ByteBufferInputStream;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.TxnLog.TxnIterator;
import org.apache.zookeeper.txn.CreateTxn;
import org.apache.zookeeper.txn.DeleteTxn;
import org.apache.zookeeper.txn.MultiTxn;
import org.apache.zookeeper.txn.SetDataTxn;
import org.apache.zookeeper.txn.Txn;

/** What a stopped server has applied, from its own log: which session wrote what, in order. */
public final class TransactionLog {
    private TransactionLog() {}

    /**
     * One applied write; the parts of a transaction are separate entries.
     *
     * @param sessionId the session that wrote
     * @param opCode {@code create}, {@code setData} or {@code delete}
     * @param path where
     */
    public record Entry(long sessionId, int opCode, String path) {}

    static List<Entry> read(Path data) {
        List<Entry> entries = new ArrayList<>();
        var log = new FileTxnLog(data.resolve("version-2").toFile());
        try (TxnIterator transactions = log.read(0)) {
            if (transactions.getHeader() == null) {
                return entries;
            }
            do {
                add(entries, transactions.getHeader().getClientId(), transactions.getTxn());
            } while (transactions.next());
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(List<Entry> entries, long sessionId, Record transaction) throws IOException {
        if (transaction instanceof CreateTxn create) {
            entries.add(new Entry(sessionId, OpCode.create, create.getPath()));
        } else if (transaction instanceof SetDataTxn set) {
            entries.add(new Entry(sessionId, OpCode.setData, set.getPath()));
        } else if (transaction instanceof DeleteTxn delete) {
            entries.add(new Entry(sessionId, OpCode.delete, delete.getPath()));
        } else if (transaction instanceof MultiTxn multi
                && multi.getTxns().stream().noneMatch(part -> part.getType() == OpCode.error)) {
            // One that failed is logged with the parts that precede the failure, and not applied.
            for (Txn part : multi.getTxns()) {
                add(entries, sessionId, part(part));
            }
        }
    }

    /** Of a kind that matters here; otherwise an empty transaction. */
    private static Record part(Txn part) throws IOException {
        Record record =
                switch (part.getType()) {
                    case OpCode.create, OpCode.create2 -> new CreateTxn();
                    case OpCode.setData -> new SetDataTxn();
                    case OpCode.delete -> new DeleteTxn();
                    default -> new MultiTxn(List.of());
                };
        if (!(record instanceof MultiTxn)) {
            ByteBufferInputStream.byteBuffer2Record(ByteBuffer.wrap(part.getData()), record);
        }
        return record;
    }
}
