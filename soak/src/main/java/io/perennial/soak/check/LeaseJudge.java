package io.perennial.soak.check;

import io.perennial.soak.history.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * No lease is held once the servers have expired the session. A look is dated by the clocks before it, and an expiry
 * by the leader when it takes it up, before anybody can notice. Only expiries by the leader count: a lease cannot know
 * that somebody took the session over and closed it. Looks and expiries of different epochs are not compared.
 */
final class LeaseJudge implements HistoryJudge {
    private static final String NAME = "lease";
    private static final long GRAIN_MILLIS = 20;

    private final List<Epoch> epochs;
    private final List<Map<Long, Long>> expiries = new ArrayList<>();
    private final List<Fact> looks = new ArrayList<>();
    private final Map<String, Map<Long, Long>> sessions = new HashMap<>();

    LeaseJudge(List<Epoch> epochs) {
        this.epochs = epochs;
        for (Epoch epoch : epochs) {
            Map<Long, Long> expired = new HashMap<>();
            epoch.transactions().stream()
                    .filter(transaction -> transaction.certain() && transaction.isExpiry())
                    .forEach(transaction -> expired.putIfAbsent(transaction.sessionId(), transaction.wallMillis()));
            expiries.add(expired);
        }
    }

    @Override
    public void hear(Fact fact) {
        switch (fact.kind()) {
            case TRANSITION ->
                sessions.computeIfAbsent(fact.session(), name -> new HashMap<>())
                        .put(fact.number(3), fact.number(4));
            case LEASE -> looks.add(fact);
            default -> {
                // Not about leases.
            }
        }
    }

    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Fact look : looks) {
            Long id = sessions.getOrDefault(look.session(), Map.of()).get(look.number(0));
            int epoch = epochAt(look.number(1));
            if (id != null && epoch >= 0) {
                Long expired = expiries.get(epoch).get(id);
                if (expired != null && look.number(2) > expired + GRAIN_MILLIS) {
                    findings.add(new Finding(
                            NAME,
                            "the lease of " + look.session() + ", generation " + look.value(0) + ", was held "
                                    + (look.number(2) - expired) + " ms after the leader had expired session 0x"
                                    + Long.toHexString(id)));
                }
            }
        }
        return findings;
    }

    private int epochAt(long nanos) {
        for (int i = 0; i < epochs.size(); i++) {
            if (nanos >= epochs.get(i).fromNanos() && nanos < epochs.get(i).toNanos()) {
                return i;
            }
        }
        return -1;
    }
}
