package io.perennial.soak.check;

import io.perennial.soak.history.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * One history that the servers agreed upon, from no data or from a backup to its end. When a backup is restored,
 * everything that the epoch before wrote after the backup is undone: rules that rely on written data do not apply
 * across that gap.
 *
 * @param number from 1
 * @param fromNanos when it began to be served; the least number for the first
 * @param toNanos when it was no longer certain to be served
 * @param transactions in order
 */
record Epoch(int number, long fromNanos, long toNanos, List<Transaction> transactions) {
    private static final int CERTAIN = 2;

    /** All epochs that have been copied, in order. */
    static List<Epoch> read(RunDirectory directory) {
        List<Epoch> epochs = new ArrayList<>();
        long from = Long.MIN_VALUE;
        for (int number = 1; number <= directory.epochs(); number++) {
            List<List<Transaction>> logs = new ArrayList<>();
            for (Path server : directory.servers(number)) {
                logs.add(TransactionReader.read(server.resolve(RunDirectory.VERSION)));
            }
            RunDirectory.Gap gap = directory.after(number);
            epochs.add(new Epoch(number, from, gap.fromNanos(), merge(logs)));
            from = gap.toNanos();
        }
        return epochs;
    }

    /**
     * Merges the logs of one ensemble's servers. A server that was sent a snapshot lacks what that contained, and a
     * leader that died may have what no other server has ever seen; but what was agreed upon is in two logs of three.
     */
    static List<Transaction> merge(Collection<List<Transaction>> logs) {
        if (logs.size() == 1) {
            return logs.iterator().next().stream().map(Transaction::agreedUpon).toList();
        }
        var merged = new TreeMap<Long, Candidates>();
        for (List<Transaction> log : logs) {
            for (Transaction transaction : log) {
                merged.computeIfAbsent(transaction.zxid(), zxid -> new Candidates())
                        .add(transaction);
            }
        }
        return merged.values().stream()
                .flatMap(candidates -> candidates.result().stream())
                .toList();
    }

    /** Whether anything in this time may lie across the gap after this epoch. */
    boolean endsWithin(long from, long to, Epoch next) {
        return from <= next.fromNanos && to >= toNanos;
    }

    /** The transactions with one zxid: usually one; rarely also another, of a leader that died with it. */
    private static final class Candidates {
        private final List<Transaction> distinct = new ArrayList<>(1);
        private final List<Integer> counts = new ArrayList<>(1);

        void add(Transaction transaction) {
            for (int i = 0; i < distinct.size(); i++) {
                if (distinct.get(i).isSameAs(transaction)) {
                    counts.set(i, counts.get(i) + 1);
                    return;
                }
            }
            distinct.add(transaction);
            counts.add(1);
        }

        List<Transaction> result() {
            List<Transaction> result = new ArrayList<>(distinct.size());
            for (int i = 0; i < distinct.size(); i++) {
                result.add(counts.get(i) >= CERTAIN ? distinct.get(i).agreedUpon() : distinct.get(i));
            }
            return result;
        }
    }
}
