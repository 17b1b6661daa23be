package io.perennial.internal.state;

import io.perennial.internal.lease.Heartbeat;
import java.time.Duration;
import java.util.List;

/**
 * The engine's account of its handle's connection: what the handle has reported of it, and what it owes. Each change
 * has a number, so that an answer to a question asked on an earlier connection is not taken for news. Confined to the
 * event loop.
 */
public final class Link implements Heartbeat.Line {
    private final HandleSilence overdue = new HandleSilence();
    private final UnreportedLoss unreported = new UnreportedLoss();
    private final HangUps hangUps = new HangUps();
    private final List<Runnable> changed;
    private long number;
    private boolean connected;
    private boolean readOnly;
    private boolean answered;

    /** What a tick finds. */
    enum Finding {
        /** Nothing, or nothing for certain yet. */
        NOTHING,
        /** The connection is gone, and the handle has not reported it. */
        LOST_UNREPORTED,
        /** The handle has owed an answer or a report for longer than it may. */
        OVERDUE
    }

    /** Runs these on each change. */
    public Link(Runnable... changed) {
        this.changed = List.of(changed);
    }

    /** Another handle, which has reported nothing yet. */
    void begin(long now) {
        heard(now);
        overdue.begin(now);
    }

    /** The handle has reported something. */
    void heard(long now) {
        overdue.heard(now);
        unreported.heard();
    }

    /** A connection, with nothing asked on it yet. */
    public void up(boolean nowReadOnly) {
        change(true, nowReadOnly);
    }

    /** No connection. */
    public void down() {
        hangUps.lost();
        change(false, false);
    }

    private void change(boolean nowConnected, boolean nowReadOnly) {
        number++;
        connected = nowConnected;
        readOnly = nowReadOnly;
        answered = false;
        overdue.settled();
        changed.forEach(Runnable::run);
    }

    /** A question was sent whose answer everything else waits for. */
    void asked() {
        overdue.asked();
        hangUps.asked();
    }

    void answered() {
        answered = true;
        overdue.settled();
        hangUps.answered();
    }

    /**
     * Whether the heartbeats are answered. On a connection without a quorum, on which nothing else is asked and no
     * lease lapses, they show whether the handle's event thread runs.
     */
    @Override
    public void answering(boolean answered, long now) {
        if (answered && readOnly) {
            overdue.heard(now);
        }
    }

    /**
     * A tick.
     *
     * @param hasConnection whether the handle has a connection by its own state
     * @param timeout how long the handle may owe an answer or a report
     */
    Finding tick(boolean hasConnection, long now, Duration timeout) {
        if (unreported.isNoticed(connected, hasConnection)) {
            return Finding.LOST_UNREPORTED;
        }
        return overdue.isOverdue(hasConnection, isWritable(), now, timeout) ? Finding.OVERDUE : Finding.NOTHING;
    }

    /** The number of the current connection, or of the current lack of one. */
    long number() {
        return number;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    boolean isWritable() {
        return connected && !readOnly;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /**
     * Whether the question that was asked on this connection has been answered: from then on the lease notices silence.
     */
    boolean isAnswered() {
        return answered;
    }

    /** Whether there is a connection as far as the handle has reported, which may be wrong. */
    boolean isReportedConnected() {
        return connected || unreported.isUnreported();
    }

    /** Whether servers have accepted connection after connection and closed each without an answer. */
    boolean hasTooManyHangUps() {
        return hangUps.areTooMany();
    }
}
