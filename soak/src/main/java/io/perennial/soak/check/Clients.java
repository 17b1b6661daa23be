package io.perennial.soak.check;

import io.perennial.soak.check.Transaction.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose each server session is: by what was told of it, or else by what it wrote, for some end before they are told of.
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
