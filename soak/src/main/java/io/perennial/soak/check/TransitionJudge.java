package io.perennial.soak.check;

import static io.perennial.SessionState.CLOSED;
import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LATENT;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.READ_ONLY;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;

import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.soak.history.Fact;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every session's transitions follow one another and are legal, as {@code SessionState} documents them; generations
 * only grow, and each has one server session that no other has; and no transition is caused by an error in the
 * library.
 */
final class TransitionJudge implements HistoryJudge {
    private static final String NAME = "transition";
    private static final Map<SessionState, Set<SessionState>> LEGAL = Map.of(
            LATENT, EnumSet.of(CONNECTING, CLOSED),
            CONNECTING, EnumSet.of(RESTORING, READ_ONLY, FAILED, CLOSED),
            RESTORING, EnumSet.of(CONNECTED, SUSPENDED, LOST, FAILED, CLOSED),
            CONNECTED, EnumSet.of(SUSPENDED, LOST, FAILED, CLOSED),
            READ_ONLY, EnumSet.of(CONNECTING, RESTORING, CONNECTED, SUSPENDED, LOST, FAILED, CLOSED),
            SUSPENDED, EnumSet.of(CONNECTED, RESTORING, READ_ONLY, LOST, FAILED, CLOSED),
            LOST, EnumSet.of(RESTORING, READ_ONLY, FAILED, CLOSED),
            FAILED, EnumSet.of(RESTORING, READ_ONLY, SUSPENDED, LOST, CLOSED),
            CLOSED, EnumSet.noneOf(SessionState.class));

    private final Map<String, Last> last = new HashMap<>();
    private final Map<Long, String> holders = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private record Last(SessionState state, long generation, long sessionId) {}

    @Override
    public void hear(Fact fact) {
        if (fact.kind() != Fact.Kind.TRANSITION) {
            return;
        }
        SessionState from = SessionState.valueOf(fact.value(0));
        SessionState to = SessionState.valueOf(fact.value(1));
        Last before = last.getOrDefault(fact.session(), new Last(LATENT, 0, 0));
        if (from != before.state()) {
            found(fact, "the state before was told as " + before.state());
        }
        if (!LEGAL.getOrDefault(from, Set.of()).contains(to)) {
            found(fact, "that is not legal");
        }
        if (Cause.valueOf(fact.value(2)) == Cause.INTERNAL_ERROR) {
            found(fact, "an error within the library: " + fact.value(5));
        }
        long generation = fact.number(3);
        long id = fact.number(4);
        if (id == 0) {
            last.put(fact.session(), new Last(to, before.generation(), before.sessionId()));
            return;
        }
        if (generation < before.generation()) {
            found(fact, "the generation before was " + before.generation());
        } else if ((generation == before.generation()) != (id == before.sessionId())) {
            found(
                    fact,
                    "before, generation " + before.generation() + " had session 0x"
                            + Long.toHexString(before.sessionId()));
        }
        String holder = holders.putIfAbsent(id, fact.session());
        if (holder != null && !holder.equals(fact.session())) {
            found(fact, "that server session was " + holder + "'s");
        }
        last.put(fact.session(), new Last(to, generation, id));
    }

    /** The session of each server session that was reported. */
    Map<Long, String> holders() {
        return Map.copyOf(holders);
    }

    private void found(Fact fact, String what) {
        findings.add(new Finding(
                NAME,
                fact.session() + ": " + fact.value(0) + " -> " + fact.value(1) + " (" + fact.value(2) + "), generation "
                        + fact.value(3) + ", session 0x" + Long.toHexString(fact.number(4)) + ": " + what));
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }
}
