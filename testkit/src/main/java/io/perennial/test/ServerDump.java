package io.perennial.test;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server reports about its sessions in answer to {@code dump}. */
final class ServerDump {
    private static final Pattern SESSION = Pattern.compile("^\\s*0x([0-9a-f]+)");
    private static final String CONNECTIONS = "Connections";

    private final Set<Long> sessions = new TreeSet<>();
    private final Map<String, Long> ephemerals = new TreeMap<>();

    ServerDump(String text) {
        long owner = 0;
        for (String line : text.lines().toList()) {
            Matcher session = SESSION.matcher(line);
            if (line.startsWith(CONNECTIONS)) {
                return; // those of sessions that are gone among them
            } else if (session.find()) {
                owner = Long.parseUnsignedLong(session.group(1), 16);
                sessions.add(owner);
            } else if (line.startsWith("\t/")) {
                ephemerals.put(line.strip(), owner);
            }
        }
    }

    Set<Long> sessions() {
        return sessions;
    }

    Map<String, Long> ephemerals() {
        return ephemerals;
    }
}
