package io.perennial.tomcat.incident;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What became of an application. */
final class Outcome {
    /** From its end until nothing of it ran or was at the server. */
    private Duration goneAfter = Duration.ZERO;

    private final Map<Symptom, String> overdue = new EnumMap<>(Symptom.class);
    private Map<Symptom, String> soonAfter = Map.of();
    private Map<Symptom, String> longAfter = Map.of();

    /** The longest if it had several ends, as a reloaded application has. */
    void gone(Duration after) {
        goneAfter = after.compareTo(goneAfter) > 0 ? after : goneAfter;
    }

    void overdue(Map<Symptom, String> symptoms) {
        overdue.putAll(symptoms);
    }

    void soonAfter(Map<Symptom, String> symptoms) {
        soonAfter = symptoms;
    }

    void longAfter(Map<Symptom, String> symptoms) {
        longAfter = symptoms;
    }

    /** What still ran, or was at the server, when its time was over. */
    Map<Symptom, String> overdue() {
        return overdue;
    }

    /** Before the server's last restart. */
    Map<Symptom, String> soonAfter() {
        return soonAfter;
    }

    /** A quarter of a minute after it. */
    Map<Symptom, String> longAfter() {
        return longAfter;
    }

    @Override
    public String toString() {
        return "gone after " + goneAfter.toMillis() + " ms, overdue " + overdue + ", soon after " + soonAfter
                + ", long after " + longAfter;
    }
}
