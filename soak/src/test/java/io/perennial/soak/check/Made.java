package io.perennial.soak.check;

import io.perennial.soak.check.Transaction.Change;
import io.perennial.soak.check.Transaction.Kind;
import io.perennial.soak.history.Fact;
import java.util.List;
import java.util.stream.Stream;

/** Facts and transactions for tests of judges. The wall clock shows milliseconds of the other. */
final class Made {
    private Made() {}

    static Fact fact(long nanos, Fact.Kind kind, String session, Object... values) {
        return new Fact(
                nanos,
                nanos / 1_000_000,
                kind,
                session,
                Stream.of(values).map(String::valueOf).toList());
    }

    static Transaction transaction(long zxid, long session, Change... changes) {
        return new Transaction(zxid, zxid, session, 1, List.of(changes), true);
    }

    static Transaction expiry(long zxid, long session) {
        return new Transaction(zxid, zxid, session, 0, List.of(new Change(Kind.CLOSE_SESSION, "", false, "")), true);
    }

    static Transaction closing(long zxid, long session) {
        return transaction(zxid, session, new Change(Kind.CLOSE_SESSION, "", false, ""));
    }

    static Change ephemeral(String path) {
        return new Change(Kind.CREATE, path, true, "");
    }

    static Change set(String path, String payload) {
        return new Change(Kind.SET_DATA, path, false, payload);
    }

    static Change delete(String path) {
        return new Change(Kind.DELETE, path, false, "");
    }

    static Epoch epoch(Transaction... transactions) {
        return new Epoch(1, Long.MIN_VALUE, Long.MAX_VALUE, List.of(transactions));
    }

    /** Two epochs with a gap from 1,000 to 2,000 ms. */
    static Gaps twoEpochs(List<Transaction> first, List<Transaction> second) {
        return new Gaps(List.of(
                new Epoch(1, Long.MIN_VALUE, millis(1_000), first),
                new Epoch(2, millis(2_000), Long.MAX_VALUE, second)));
    }

    static Gaps noGaps(Transaction... transactions) {
        return new Gaps(List.of(epoch(transactions)));
    }

    static long millis(long millis) {
        return millis * 1_000_000;
    }

    static List<Finding> hear(HistoryJudge judge, Fact... facts) {
        Stream.of(facts).forEach(judge::hear);
        return judge.findings();
    }
}
