package io.perennial.soak.check;

import io.perennial.soak.check.Transaction.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps each server session to the client session that had it: by what the client's history reports, or, for sessions
 * that end before they are reported, by what they wrote.
 */
final class Clients {
    private static final Pattern SIGNED = Pattern.compile("#?(w\\d+s\\d+)(\\..*)?");

    private Clients() {}

    static Map<Long, String> of(Map<Long, String> told, List<Epoch> epochs) {
        Map<Long, String> clients = new HashMap<>(told);
        for (Epoch epoch : epochs) {
            for (Transaction transaction : epoch.transactions()) {
                if (!clients.containsKey(transaction.sessionId())) {
                    transaction.changes().stream()
                            .map(Change::payload)
                            .map(SIGNED::matcher)
                            .filter(Matcher::matches)
                            .findFirst()
                            .ifPresent(signed -> clients.put(transaction.sessionId(), signed.group(1)));
                }
            }
        }
        return clients;
    }
}
