package io.perennial.soak.check;

import io.perennial.soak.check.Transaction.Change;
import io.perennial.soak.work.Places;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * No session deletes or overwrites an ephemeral node of another live session. The judge uses the transaction log
 * alone: which session created which node, and which server sessions were closed. A client may remove what it left
 * behind in an earlier server session, and what clients are meant to destroy: anything below {@link Places#FREE}, and
 * what a transaction marks by a write to {@link Places#RIVALS}.
 */
final class OwnershipJudge {
    private static final String NAME = "ownership";

    private final Map<String, Transaction> makers = new HashMap<>();
    private final Map<Long, Set<String>> owned = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private final Map<Long, String> clients;

    private OwnershipJudge(Map<Long, String> clients) {
        this.clients = clients;
    }

    /**
     * Judges an epoch.
     *
     * @param epoch what was written
     * @param clients which client session had which server session
     */
    static List<Finding> judge(Epoch epoch, Map<Long, String> clients) {
        var judge = new OwnershipJudge(clients);
        for (Transaction transaction : epoch.transactions()) {
            if (transaction.certain()) {
                judge.apply(transaction);
            }
        }
        return judge.findings;
    }

    private void apply(Transaction transaction) {
        boolean onPurpose =
                transaction.changes().stream().anyMatch(change -> change.path().equals(Places.RIVALS));
        for (Change change : transaction.changes()) {
            switch (change.kind()) {
                case CREATE -> created(transaction, change);
                case SET_DATA -> check(transaction, change, onPurpose);
                case DELETE -> {
                    check(transaction, change, onPurpose);
                    gone(change.path());
                }
                case CLOSE_SESSION -> closed(transaction.sessionId());
                case CREATE_SESSION -> {
                    // Owns nothing yet.
                }
            }
        }
    }

    private void created(Transaction transaction, Change change) {
        gone(change.path());
        if (change.ephemeral()) {
            makers.put(change.path(), transaction);
            owned.computeIfAbsent(transaction.sessionId(), id -> new HashSet<>())
                    .add(change.path());
        }
    }

    private void check(Transaction transaction, Change change, boolean onPurpose) {
        Transaction maker = makers.get(change.path());
        if (maker != null
                && !isOfSameClient(maker.sessionId(), transaction.sessionId())
                && !onPurpose
                && !change.path().startsWith(Places.FREE + "/")) {
            findings.add(new Finding(
                    NAME,
                    name(transaction) + transaction + " (" + change.kind() + ") hit " + change.path() + ", which "
                            + name(maker) + maker + " had made " + (transaction.wallMillis() - maker.wallMillis())
                            + " ms before; that session is alive"));
        }
    }

    private boolean isOfSameClient(long one, long other) {
        String client = clients.get(one);
        return one == other || (client != null && client.equals(clients.get(other)));
    }

    private void gone(String path) {
        Transaction maker = makers.remove(path);
        if (maker != null) {
            owned.getOrDefault(maker.sessionId(), Set.of()).remove(path);
        }
    }

    private String name(Transaction transaction) {
        return clients.getOrDefault(transaction.sessionId(), "somebody") + "'s ";
    }

    private void closed(long sessionId) {
        Set<String> paths = owned.remove(sessionId);
        if (paths != null) {
            paths.forEach(makers::remove);
        }
    }
}
