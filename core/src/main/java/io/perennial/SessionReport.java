package io.perennial;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A point-in-time picture of a session. Its {@link #toString()} is for people.
 *
 * @param name the session's name
 * @param state its state
 * @param inState how long it has been in that state
 * @param session the server session in hand, or null
 * @param lease how long the lease is still held; zero when it is not
 * @param nodesWanted ephemeral nodes registered
 * @param nodesHeld of those, held
 * @param watchesWanted watches registered
 * @param watchesArmed of those, armed
 * @param problems what cannot be restored at the moment and is retried, a sentence each, at most 20
 * @param lastLoss the diagnosis of the last loss, or null
 * @param recentTransitions the last transitions, oldest first, at most 32
 */
public record SessionReport(
        String name,
        SessionState state,
        Duration inState,
        @Nullable SessionInfo session,
        Duration lease,
        int nodesWanted,
        int nodesHeld,
        int watchesWanted,
        int watchesArmed,
        List<String> problems,
        @Nullable LossDiagnosis lastLoss,
        List<SessionTransition> recentTransitions) {

    /**
     * Keeps its own copies.
     *
     * @param name as above
     * @param state as above
     * @param inState as above
     * @param session as above
     * @param lease as above
     * @param nodesWanted as above
     * @param nodesHeld as above
     * @param watchesWanted as above
     * @param watchesArmed as above
     * @param problems as above
     * @param lastLoss as above
     * @param recentTransitions as above
     */
    public SessionReport {
        problems = List.copyOf(problems);
        recentTransitions = List.copyOf(recentTransitions);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(256);
        text.append("session '").append(name).append("': ").append(state).append(" for ");
        text.append(inState.toMillis()).append(" ms");
        if (session != null) {
            text.append(", generation ").append(session.generation());
            text.append(", id ").append(session.sessionIdHex());
            text.append(", timeout ")
                    .append(session.negotiatedTimeout().toMillis())
                    .append(" ms");
        }
        text.append(", lease ").append(lease.toMillis()).append(" ms");
        text.append(", nodes ").append(nodesHeld).append('/').append(nodesWanted);
        text.append(", watches ").append(watchesArmed).append('/').append(watchesWanted);
        if (lastLoss != null) {
            text.append("\n  last loss: ").append(lastLoss.kind()).append(": ").append(lastLoss.explanation());
        }
        for (String problem : problems) {
            text.append("\n  problem: ").append(problem);
        }
        for (SessionTransition t : recentTransitions) {
            text.append("\n  ").append(t.from()).append(" -> ").append(t.to()).append(" after ");
            text.append(t.inPreviousState().toMillis()).append(" ms, ").append(t.cause());
            text.append(": ").append(t.detail());
        }
        return text.toString();
    }
}
