package io.perennial;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A point-in-time snapshot of a session. Its {@link #toString()} is for people, {@link #toMap()} and {@link #toJson()}
 * for programs. It never contains a secret: no node's data, no credentials.
 *
 * @param name the session's name
 * @param takenAt when it was taken, by the wall clock, to the millisecond
 * @param state its state
 * @param inState how long it has been in that state
 * @param session the current server session, or null; it has the timeouts asked for and granted
 * @param lease how long the lease is still held; zero when it is not
 * @param roundTrip how long the last answered heartbeat took, from sending it until the handle's event thread delivered
 *     the answer; null before the first
 * @param nodesWanted ephemeral nodes registered
 * @param nodesHeld of those, held
 * @param watchesWanted watches registered
 * @param watchesArmed of those, armed
 * @param callbackFailures how often a listener threw, or its executor rejected it, since the session was built
 * @param problems while no server grants a session, the reason for each server; what cannot be restored at the moment
 *     and is retried; what holds up the callbacks; a sentence each, at most 20
 * @param lastLoss the diagnosis of the last loss, or null
 * @param recentTransitions the last transitions, oldest first, at most 32; {@link #timeline()} says when they were
 * @param recentRestorations the last restorations, oldest first, at most 16, without one that is under way
 * @param serverRelease which release of ZooKeeper the servers are of, as far as it is known: "of ZooKeeper 3.6 or
 *     later", "of ZooKeeper 3.5, older than ZooKeeper 3.6"; or null
 */
public record SessionReport(
        String name,
        Instant takenAt,
        SessionState state,
        Duration inState,
        @Nullable SessionInfo session,
        Duration lease,
        @Nullable Duration roundTrip,
        int nodesWanted,
        int nodesHeld,
        int watchesWanted,
        int watchesArmed,
        long callbackFailures,
        List<String> problems,
        @Nullable LossDiagnosis lastLoss,
        List<SessionTransition> recentTransitions,
        List<Restoration> recentRestorations,
        @Nullable String serverRelease) {

    /**
     * Without a word about the servers' release.
     *
     * @param name as above
     * @param takenAt as above
     * @param state as above
     * @param inState as above
     * @param session as above
     * @param lease as above
     * @param roundTrip as above
     * @param nodesWanted as above
     * @param nodesHeld as above
     * @param watchesWanted as above
     * @param watchesArmed as above
     * @param callbackFailures as above
     * @param problems as above
     * @param lastLoss as above
     * @param recentTransitions as above
     * @param recentRestorations as above
     */
    public SessionReport(
            String name,
            Instant takenAt,
            SessionState state,
            Duration inState,
            @Nullable SessionInfo session,
            Duration lease,
            @Nullable Duration roundTrip,
            int nodesWanted,
            int nodesHeld,
            int watchesWanted,
            int watchesArmed,
            long callbackFailures,
            List<String> problems,
            @Nullable LossDiagnosis lastLoss,
            List<SessionTransition> recentTransitions,
            List<Restoration> recentRestorations) {
        this(
                name,
                takenAt,
                state,
                inState,
                session,
                lease,
                roundTrip,
                nodesWanted,
                nodesHeld,
                watchesWanted,
                watchesArmed,
                callbackFailures,
                problems,
                lastLoss,
                recentTransitions,
                recentRestorations,
                null);
    }

    /**
     * Copies the lists.
     *
     * @param name as above
     * @param takenAt as above
     * @param state as above
     * @param inState as above
     * @param session as above
     * @param lease as above
     * @param roundTrip as above
     * @param nodesWanted as above
     * @param nodesHeld as above
     * @param watchesWanted as above
     * @param watchesArmed as above
     * @param callbackFailures as above
     * @param problems as above
     * @param lastLoss as above
     * @param recentTransitions as above
     * @param recentRestorations as above
     * @param serverRelease as above
     */
    public SessionReport {
        problems = List.copyOf(problems);
        recentTransitions = List.copyOf(recentTransitions);
        recentRestorations = List.copyOf(recentRestorations);
    }

    /** How a session came to be attached before what it holds was restored. */
    public enum Attachment {
        /** The same handle has its session again: everything is only verified. */
        RECONNECTED,
        /** A new handle took over the old session: nodes are verified, watches armed again. */
        RESUMED,
        /** A new session: everything is made again. */
        NEW_SESSION
    }

    /**
     * One restoration: from the attachment of a server session to the moment when all nodes and watches were back, or
     * when new trouble ended it.
     *
     * @param at when it began; calculated from {@link SessionReport#takenAt()} by the monotonic clock
     * @param took how long it took
     * @param generation the generation restored
     * @param attachment how the session came to be attached
     * @param nodes ephemeral nodes held at its end
     * @param watches watches armed at its end
     * @param completed whether all that could be restored was; false when new trouble came before
     */
    public record Restoration(
            Instant at,
            Duration took,
            long generation,
            Attachment attachment,
            int nodes,
            int watches,
            boolean completed) {}

    /**
     * A transition and its time.
     *
     * @param at when the state was entered
     * @param transition the transition
     */
    public record Entry(Instant at, SessionTransition transition) {}

    /**
     * The recent transitions with their times. These are calculated backwards from {@link #takenAt()} by how long each
     * state lasted on the monotonic clock: a jump of the wall clock cannot put them out of order, and moves all of them
     * alike. Unless the wall clock jumps or drifts, the next report gives each of them the same time.
     *
     * @return oldest first
     */
    public List<Entry> timeline() {
        var entries = new ArrayDeque<Entry>();
        Instant entered = takenAt.minus(inState);
        for (int i = recentTransitions.size() - 1; i >= 0; i--) {
            SessionTransition transition = recentTransitions.get(i);
            entries.addFirst(new Entry(entered.truncatedTo(ChronoUnit.MILLIS), transition));
            entered = entered.minus(transition.inPreviousState());
        }
        return List.copyOf(entries);
    }

    /**
     * The report for programs, as maps with names, lists, strings, numbers, booleans and null. Durations are in whole
     * milliseconds and have names that end in {@code Millis}, short ones in microseconds ({@code Micros}); instants are
     * ISO-8601 in UTC; what is not known is null. Fields may be added, and none is removed:
     *
     * <pre>{@code
     * {"name", "at", "state", "inStateMillis",
     *  "session": {"generation", "sessionId", "requestedTimeoutMillis", "negotiatedTimeoutMillis", "server",
     *    "establishedAt"} | null,
     *  "leaseMillis", "roundTripMicros" | null, "nodes": {"wanted", "held"}, "watches": {"wanted", "armed"},
     *  "callbackFailures", "serverRelease" | null,
     *  "problems": [string], "lastLoss": diagnosis | null,
     *  "transitions": [{"at", "from", "to", "cause", "inPreviousStateMillis", "generation" | null, "detail",
     *    "diagnosis": {"kind", "silenceMillis", "longestPauseMillis", "explanation"} | null}],
     *  "restorations": [{"at", "tookMillis", "generation", "attachment", "nodes", "watches", "completed"}]}
     * }</pre>
     *
     * @return in this order; it cannot be changed
     */
    public Map<String, @Nullable Object> toMap() {
        return ReportFields.of(this);
    }

    /**
     * The fields of {@link #toMap()} as a JSON object, for tools.
     *
     * @return one line
     */
    public String toJson() {
        return JsonWriter.write(toMap());
    }

    /**
     * The report for people, one line for each fact.
     *
     * @return several lines
     */
    @Override
    public String toString() {
        return ReportText.of(this);
    }
}
