package io.perennial;

import java.time.Duration;

/**
 * The conservative answer to "can the server have expired me?". A live view: each call looks anew; it never blocks and
 * may be called from any thread.
 *
 * <p>Held means: less than one session timeout ago the servers' leader had heard of this session. The leader alone expires
 * sessions, and not earlier than one timeout after it last heard of them (ZooKeeper Programmer's Guide, "ZooKeeper
 * Sessions"; {@code SessionTrackerImpl.touchSession} rounds up). The timeout is the shortest of the one at the session's
 * creation and every one negotiated since: a leader that starts anew goes by the former, whatever {@link SessionInfo} says.
 *
 * <p>Time is the monotonic clock's. It may stand still while a virtual machine or a laptop is suspended (Linux: {@code
 * CLOCK_MONOTONIC}), so the wall clock is looked at too: by as much as that has run ahead since a request was sent the lease
 * is shorter, if it is more than a twentieth of the requested session timeout, or half a second if that is less. A wall clock
 * that is <em>set</em> forward looks the same: the lease may lapse, and is held again with the next acknowledgements. It
 * changes nothing else, and one that is set back changes nothing.
 *
 * <p>That is more than an acknowledgement says. What a client sends to a follower reaches the leader's session clock only
 * with the follower's answer to the leader's next ping, every half tick ({@code LearnerSessionTracker.snapshot},
 * {@code Learner.ping}, {@code Leader.lead} of ZooKeeper 3.9.5); a follower that dies before takes it along, and one that
 * has lost its leader goes on answering reads for {@code syncLimit} ticks. So the library's own heartbeat is a {@code sync},
 * which the leader answers; and the answer to one, OK and no other, counts for what was sent at least {@link
 * ResilientSession.Builder#leaseMargin half a tick} before it. When nothing more is heard, this is the order of what happens:
 * the lease is not held; the server may expire the session; {@link SessionState#LOST} comes one session timeout after the
 * last acknowledged request was sent, the timeout negotiated last. It comes earlier when the client gives the session up by itself, for example because
 * its handle tells nothing any more: the lease is held then until it runs out.
 *
 * <p>What a check proves: that the lease was held <em>at the check</em>, not that it still is when the next statement runs,
 * for a JVM may stand still between the two for minutes. A write that must not happen after the session's end needs the
 * server's word at the moment of writing: bind it to the {@linkplain io.perennial.operation.Operations#inGeneration
 * generation}, or let its receiver refuse what carries an older one (fencing).
 *
 * <p>What it cannot cover: servers that disagree about who leads them (a leader that lost its followers steps down
 * {@code syncLimit} ticks later, when the next may have been elected already); clocks that run at different rates; a
 * suspension during which the monotonic clock stood still and the wall clock was set back, or shorter than said above; a
 * server that has taken the session for a shorter timeout than it was ever told to have, its answer having been lost.
 */
public interface Lease {
    /**
     * The session's generation.
     *
     * @return the generation of the server session in hand; 0 before the first
     */
    long generation();

    /**
     * Whether the server cannot have expired the session yet.
     *
     * @return true while it is held
     */
    boolean isHeld();

    /**
     * How long it will be held if nothing more is heard from the server.
     *
     * @return the time left; zero when not held
     */
    Duration remaining();

    /**
     * Has something done each time the lease lapses: at that moment, whatever else is busy or blocked in the session, for
     * it runs on a thread that does only that ({@code perennial-<session>-lease}, there while there are actions).
     *
     * <p>The lease lapses when it was held and is not any more: because its time has passed, because the server said that
     * the session is gone, because the application closed the handle, or because the session is being closed (before the
     * server is told, so that the action begins while the nodes stand; {@code close()} does not wait for it longer than
     * its timeout, and interrupts it then). An action runs once for each lapse after its registration, also when the lease
     * is held again by then; after a JVM that stood still has gone on, as the first thing its thread can do. {@link
     * #isHeld()} is false for everybody before that.
     *
     * <p>Actions run one after another, in the order of their registration: one that blocks holds up the next, and
     * nothing else of the session. One that throws is logged, and the next runs. Keep them short: stop, interrupt, set a
     * flag.
     *
     * @param action what to do; may call the session, {@code close()} too
     * @return takes it back: the action does not begin after that, though it may be running
     * @throws IllegalArgumentException when it is null
     */
    Registration onLapse(Runnable action);
}
