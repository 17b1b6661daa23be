package io.perennial.internal.watch;

import io.perennial.internal.engine.Backoff;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.request.Reply;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.operation.OperationFailedException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is armed at the server: what all kinds have in common. An entry is armed, or unresolved (to be read,
 * or being read), or refused and waiting for its next attempt. Confined to the event loop.
 */
abstract class WatchEntry {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);

    private final WatchLedger ledger;
    private final WatchKind kind;
    private final String path;

    private @Nullable Backoff backoff;
    private EventLoop.@Nullable Timer retry;
    private long retryDue;
    private boolean awaited;
    private boolean closed;

    WatchEntry(WatchLedger ledger, WatchKind kind, String path) {
        this.ledger = ledger;
        this.kind = kind;
        this.path = path;
    }

    /** Reads and arms, if attached and not doing so already. */
    abstract void read();

    /** Changes that the next read finds happened while the session was away. */
    abstract void wasAway();

    /** Answers under way will not come. */
    abstract void interrupted();

    /** Whether others decide whether it is read. */
    boolean isInBulk() {
        return false;
    }

    abstract void eachWatch(Consumer<WatchHandle> action);

    WatchLedger ledger() {
        return ledger;
    }

    WatchKind kind() {
        return kind;
    }

    /** The server's path. */
    String path() {
        return path;
    }

    /** The watcher of its kind on the current handle. */
    Watcher watcher() {
        return ledger.watcher(kind);
    }

    /** As people know it. */
    String describe() {
        return kind + " on " + ledger.context().paths().toUser(path);
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether the server has refused it, and it waits for its next attempt. */
    boolean isRefused() {
        return backoff != null;
    }

    /** Whether the restoration under way waits for it. */
    boolean isAwaited() {
        return awaited;
    }

    void setAwaited(boolean now) {
        awaited = now;
    }

    /** Nothing of it is armed: there is a new handle, or what was armed has fired. */
    void unarmed() {
        eachWatch(WatchHandle::unarmed);
        cancelRetry();
        ledger.unresolved(this);
    }

    /** The server's watch is armed, and what was read with it has been handed over. */
    void armed() {
        backoff = null;
        ledger.accepted(this);
        eachWatch(WatchHandle::armed);
        ledger.settled(this);
    }

    /** The server refuses, or the quarantine does: tried again, with back-off, until it is closed (S-33). */
    void refused(Reply reply) {
        Backoff delays = backoff == null ? new Backoff(FIRST_RETRY, LAST_RETRY) : backoff;
        backoff = delays;
        Duration delay = delays.next();
        Quarantine.Refusal quarantined = reply.refusal();
        String problem;
        String remedy;
        if (quarantined == null) {
            problem = describe() + " refused: " + reply.code() + " (attempt " + delays.attempts()
                    + "); retried with back-off, 60 s at most";
            remedy = ". Check the node's ACL and the session's authorization";
        } else {
            problem = describe() + " refused: " + quarantined.sentence();
            remedy = "";
            delay = quarantined.retryIn();
        }
        ledger.refused(this, problem);
        var failure = new OperationFailedException(
                "session '" + ledger.context().name() + "': " + problem + remedy, reply.exception());
        eachWatch(watch -> watch.failed(failure));
        retryIn(delay);
        ledger.settled(this);
    }

    /** When several requests are refused, one by one, a later one does not postpone the retry. */
    private void retryIn(Duration delay) {
        EventLoop loop = ledger.context().loop();
        long due = loop.ticker().nanos() + delay.toNanos();
        if (retry == null || due - retryDue < 0) {
            cancelRetry();
            retry = loop.schedule(delay, this::retry);
            retryDue = due;
        }
    }

    void close() {
        closed = true;
        cancelRetry();
        ledger.accepted(this);
        ledger.settled(this);
    }

    @Nullable
    AttachedSession live() {
        return ledger.live();
    }

    private void retry() {
        retry = null;
        ledger.unresolved(this);
        read();
    }

    private void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }
}
