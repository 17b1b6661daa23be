package io.perennial;

import java.time.Duration;

/**
 * The conservative answer to "can the server have expired my session?". A live view: each call looks anew; it never
 * blocks and may be called from any thread.
 *
 * <p>Held means: less than one session timeout ago the servers' leader had heard of this session. The leader alone
 * expires sessions, and not earlier than one timeout after it last heard of them (ZooKeeper Programmer's Guide,
 * "ZooKeeper Sessions"; {@code SessionTrackerImpl.touchSession} rounds up). The timeout is the shortest of the one at
 * the session's creation and every one negotiated since: a leader that starts anew goes by the former, whatever {@link
 * SessionInfo} says.
 *
 * <p>Time is the monotonic clock's. It may stand still while a virtual machine or a laptop is suspended (Linux: {@code
 * CLOCK_MONOTONIC}), so the wall clock is checked too: if it has run ahead since a request was sent, by more than a
 * twentieth of the requested session timeout, or half a second if that is less, the lease is shorter by as much. A wall
 * clock that is <em>set</em> forward looks the same: the lease may lapse, and is held again with the next
 * acknowledgements. It changes nothing else, and one that is set back changes nothing.
 *
 * <p>An acknowledgement alone does not prove that. What a client sends to a follower reaches the leader's session clock
 * only with the follower's answer to the leader's next ping, every half tick ({@code LearnerSessionTracker.snapshot},
 * {@code Learner.ping}, {@code Leader.lead} of ZooKeeper 3.9.5). A follower that dies before that never passes it on,
 * and one that has lost its leader goes on answering reads for {@code syncLimit} ticks. So Perennial's heartbeat is a
 * {@code sync}, which the leader answers. An answer to it, if it is OK, counts for what was sent at least {@link
 * ResilientSession.Builder#leaseMargin half a tick} before it. When no more answers come, things happen in this order:
 * the lease is no longer held; the server may expire the session; {@link SessionState#LOST} comes one session timeout
 * (the one negotiated last) after the last acknowledged request was sent. It comes earlier when the client gives the
 * session up by itself, for example because its handle delivers no more events: then the lease is held until it runs
 * out.
 *
 * <p>What a check proves: that the lease was held <em>at the check</em>, not that it still is when the next statement
 * runs: a JVM may stand still between the two for minutes. A write that must not happen after the session's end needs
 * the server's check at the moment of writing: bind it to the {@linkplain
 * io.perennial.operation.Operations#inGeneration generation}, or let its receiver refuse what carries an older one
 * (fencing).
 *
 * <p>What it cannot cover: servers that disagree about who leads them (a leader that lost its followers steps down
 * {@code syncLimit} ticks later, when the next may have been elected already); clocks that run at different rates; a
 * suspension during which the monotonic clock stood still and the wall clock was set back, or one shorter than the
 * bound above; a server that accepted the session with a shorter timeout than the client knows of, because its answer
 * was lost.
 */
public interface Lease {
    /**
     * The session's generation.
     *
     * @return the generation of the current server session; 0 before the first
     */
    long generation();

    /**
     * Whether the server cannot have expired the session yet.
     *
     * @return true while it is held
     */
    boolean isHeld();

    /**
     * How long it will be held if no more answers come from the server.
     *
     * @return the time left; zero when not held
     */
    Duration remaining();

    /**
     * Runs an action each time the lease lapses: at that moment, whatever else is busy or blocked in the session,
     * because it runs on a thread that does only that ({@code perennial-<session>-lease}, which exists while there are
     * actions).
     *
     * <p>The lease lapses when it was held and is no longer: because its time has passed, because the server said that
     * the session is gone, because the application closed the handle, or because the session is being closed (before
     * the close is sent to the server, so that the action begins while the nodes still exist; {@code close()} waits for
     * it no longer than its timeout, and then interrupts it). An action runs once for each lapse after its
     * registration, even if the lease is held again by then; when a JVM that stood still goes on, it is the first thing
     * that the thread does. Before that, {@link #isHeld()} returns false to every caller.
     *
     * <p>Actions run one after another, in the order of their registration: one that blocks holds up the next, and
     * nothing else in the session. If one throws, that is logged, and the next runs. Keep them short: stop, interrupt,
     * set a flag.
     *
     * @param action what to do; may call the session, even {@code close()}
     * @return removes the action when closed: it does not begin after that, but may still be running
     * @throws IllegalArgumentException when it is null
     */
    Registration onLapse(Runnable action);
}
