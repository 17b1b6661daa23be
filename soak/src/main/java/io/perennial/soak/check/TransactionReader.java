package io.perennial.soak.check;

import io.perennial.soak.check.Transaction.Change;
import io.perennial.soak.check.Transaction.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.jute.Record;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.server.ByteBufferInputStream;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.TxnLog.TxnIterator;
import org.apache.zookeeper.txn.CreateContainerTxn;
import org.apache.zookeeper.txn.CreateTTLTxn;
import org.apache.zookeeper.txn.CreateTxn;
import org.apache.zookeeper.txn.DeleteTxn;
import org.apache.zookeeper.txn.MultiTxn;
import org.apache.zookeeper.txn.SetDataTxn;
import org.apache.zookeeper.txn.Txn;
import org.apache.zookeeper.txn.TxnHeader;

/** Reads the transaction logs of a stopped server. */
final class TransactionReader {
    private TransactionReader() {}

    /** All in order; none where there are no logs. */
    static List<Transaction> read(Path logs) {
        List<Transaction> transactions = new ArrayList<>();
        if (!Files.isDirectory(logs)) {
            return transactions;
        }
        try (TxnIterator iterator = new FileTxnLog(logs.toFile()).read(0)) {
            if (iterator.getHeader() == null) {
                return transactions;
            }
            do {
                List<Change> changes = new ArrayList<>();
                add(changes, iterator.getHeader().getType(), iterator.getTxn());
                if (!changes.isEmpty()) {
                    transactions.add(transaction(iterator.getHeader(), changes));
                }
            } while (iterator.next());
            return transactions;
        } catch (IOException e) {
            throw new UncheckedIOException("the logs in " + logs, e);
        }
    }

    private static Transaction transaction(TxnHeader header, List<Change> changes) {
        return new Transaction(
                header.getZxid(), header.getTime(), header.getClientId(), header.getCxid(), changes, false);
    }

    private static void add(List<Change> changes, int type, Record transaction) throws IOException {
        if (type == OpCode.createSession) {
            changes.add(new Change(Kind.CREATE_SESSION, "", false, ""));
        } else if (type == OpCode.closeSession) {
            changes.add(new Change(Kind.CLOSE_SESSION, "", false, ""));
        } else if (transaction instanceof MultiTxn multi) {
            if (multi.getTxns().stream().noneMatch(part -> part.getType() == OpCode.error)) {
                for (Txn part : multi.getTxns()) {
                    addPart(changes, part);
                }
            }
        } else {
            addChange(changes, transaction);
        }
    }

    private static void addPart(List<Change> changes, Txn part) throws IOException {
        Record record =
                switch (part.getType()) {
                    case OpCode.create, OpCode.create2 -> new CreateTxn();
                    case OpCode.createContainer -> new CreateContainerTxn();
                    case OpCode.createTTL -> new CreateTTLTxn();
                    case OpCode.setData -> new SetDataTxn();
                    case OpCode.delete, OpCode.deleteContainer -> new DeleteTxn();
                    default -> new MultiTxn(List.of()); // a check, which changes nothing
                };
        if (!(record instanceof MultiTxn)) {
            ByteBufferInputStream.byteBuffer2Record(ByteBuffer.wrap(part.getData()), record);
            addChange(changes, record);
        }
    }

    private static void addChange(List<Change> changes, Record record) {
        if (record instanceof CreateTxn create) {
            changes.add(new Change(Kind.CREATE, create.getPath(), create.getEphemeral(), word(create.getData())));
        } else if (record instanceof CreateContainerTxn create) {
            changes.add(new Change(Kind.CREATE, create.getPath(), false, word(create.getData())));
        } else if (record instanceof CreateTTLTxn create) {
            changes.add(new Change(Kind.CREATE, create.getPath(), false, word(create.getData())));
        } else if (record instanceof SetDataTxn set) {
            changes.add(new Change(Kind.SET_DATA, set.getPath(), false, word(set.getData())));
        } else if (record instanceof DeleteTxn delete) {
            changes.add(new Change(Kind.DELETE, delete.getPath(), false, ""));
        }
    }

    private static String word(byte[] data) {
        if (data == null) {
            return "";
        }
        int end = 0;
        while (end < data.length && data[end] != ' ') {
            end++;
        }
        return new String(data, 0, end, StandardCharsets.UTF_8);
    }
}
