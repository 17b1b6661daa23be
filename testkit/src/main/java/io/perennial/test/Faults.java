package io.perennial.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** The faults that a {@link FaultProxy} currently simulates. Confined to the proxy's thread. */
final class Faults {
    boolean holdRequests;
    boolean holdResponses;
    boolean holdNewConnections;
    boolean forgetSessions;
    IntPredicate holdsResponses = opCode -> false;
    boolean slamNewConnections;
    long responseDelayNanos;
    long handshakeDelayNanos;

    private final List<Trap> traps = new ArrayList<>();

    boolean keepsNewConnectionsSilent() {
        return holdRequests || holdNewConnections;
    }

    void releaseAll() {
        holdRequests = false;
        holdResponses = false;
        holdNewConnections = false;
        holdsResponses = opCode -> false;
    }

    long delayNanos(Lane.Kind response) {
        return response == Lane.Kind.HANDSHAKE ? handshakeDelayNanos + responseDelayNanos : responseDelayNanos;
    }

    void heal() {
        releaseAll();
        forgetSessions = false;
        slamNewConnections = false;
        responseDelayNanos = 0;
        handshakeDelayNanos = 0;
        disarmAll("the network has been healed");
    }

    void arm(Trap trap) {
        traps.add(trap);
    }

    /** The first armed trap for this request, disarmed. */
    Optional<Trap> take(Trap.Victim victim, int opCode) {
        Optional<Trap> match = traps.stream()
                .filter(trap -> trap.victim() == victim && trap.opCode().test(opCode))
                .findFirst();
        match.ifPresent(traps::remove);
        return match;
    }

    void disarmAll(String reason) {
        traps.forEach(trap -> trap.sprung().completeExceptionally(new IllegalStateException(reason)));
        traps.clear();
    }
}
