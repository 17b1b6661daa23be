package io.perennial.soak.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.check.Transaction.Change;
import io.perennial.soak.check.Transaction.Kind;
import io.perennial.soak.history.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.server.Request;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.txn.CloseSessionTxn;
import org.apache.zookeeper.txn.CreateTxn;
import org.apache.zookeeper.txn.ErrorTxn;
import org.apache.zookeeper.txn.SetDataTxn;
import org.apache.zookeeper.txn.TxnHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochTest {
    @TempDir
    Path directory;

    @Test
    void readsWhatServersWrite() throws Exception {
        Path logs =
                Files.createDirectories(directory.resolve("epoch-1/server-0").resolve(RunDirectory.VERSION));
        FileTxnLog log = new FileTxnLog(logs.toFile());
        append(
                log,
                new TxnHeader(7, 3, 11, 100, OpCode.create),
                new CreateTxn("/a", "#1 x".getBytes("UTF-8"), Ids.OPEN_ACL_UNSAFE, true, 1));
        append(log, new TxnHeader(8, 4, 12, 101, OpCode.error), new ErrorTxn(-101));
        append(log, new TxnHeader(8, 5, 13, 102, OpCode.setData), new SetDataTxn("/a", null, 1));
        append(log, new TxnHeader(7, 0, 14, 103, OpCode.closeSession), new CloseSessionTxn(List.of("/a")));
        log.commit();
        log.close();
        var run = new RunDirectory(directory);
        run.writeGap(1, new RunDirectory.Gap(5, 6));

        List<Epoch> epochs = Epoch.read(run);

        assertThat(epochs).singleElement().satisfies(epoch -> {
            assertThat(epoch.toNanos()).isEqualTo(5);
            assertThat(epoch.transactions())
                    .containsExactly(
                            new Transaction(11, 100, 7, 3, List.of(new Change(Kind.CREATE, "/a", true, "#1")), true),
                            new Transaction(13, 102, 8, 5, List.of(new Change(Kind.SET_DATA, "/a", false, "")), true),
                            new Transaction(
                                    14, 103, 7, 0, List.of(new Change(Kind.CLOSE_SESSION, "", false, "")), true));
            assertThat(epoch.transactions().get(2).isExpiry()).isTrue();
        });
    }

    @Test
    void isSureOfWhatTwoServersHave_andNotOfWhatOneHas() {
        List<Transaction> merged = Epoch.merge(List.of(
                List.of(logged(1, 7), logged(2, 7), logged(3, 9)),
                List.of(logged(1, 7), logged(3, 8)),
                List.of(logged(1, 7), logged(2, 7), logged(3, 8))));

        assertThat(merged)
                .extracting(Transaction::zxid, Transaction::sessionId, Transaction::certain)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1L, 7L, true),
                        org.assertj.core.groups.Tuple.tuple(2L, 7L, true),
                        org.assertj.core.groups.Tuple.tuple(3L, 9L, false),
                        org.assertj.core.groups.Tuple.tuple(3L, 8L, true));
    }

    private static Transaction logged(long zxid, long session) {
        return new Transaction(zxid, zxid, session, 1, List.of(), false);
    }

    private static void append(FileTxnLog log, TxnHeader header, org.apache.jute.Record record) throws Exception {
        log.append(new Request(
                header.getClientId(), header.getCxid(), header.getType(), header, record, header.getZxid()));
    }
}
