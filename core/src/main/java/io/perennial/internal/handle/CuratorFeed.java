package io.perennial.internal.handle;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper.States;
import org.jspecify.annotations.Nullable;

/**
 * Lets Curator follow the handles that the supervisor makes. Curator holds one handle and gives it up only when it
 * hears {@code Expired} for it; then it asks its factory, this class, for the next.
 *
 * <p>Raw Curator would take a late event of an earlier handle for the current one's, and close the healthy successor
 * (Helix #2815); and it would keep making new handles on its own, forever, after close (CURATOR-722). Here it hears
 * only the events of the handle it holds, and {@code Expired} only when the session must be considered lost: that
 * handle has been superseded, or has come back with another session (C7), or has been away for as long as the caller's
 * Curator allows.
 *
 * <p>After {@code Expired} it does not hear of the next connection until that is {@linkplain #admit admitted}: its
 * recipes consider their nodes gone, and where the session was taken over the nodes must have gone first (C8). Nor does
 * it hear of a connection that begins with a question to be asked alone ({@code ServerKnowledge}), before the answer.
 *
 * <p>Concurrency: everything that Curator hears runs serially on the feed's executor, since its listeners are the
 * application's and may block: they hold up neither the engine nor a handle's event thread.
 */
final class CuratorFeed {
    private final Executor executor;
    private final BooleanSupplier asksFirst;
    private final Succession succession = new Succession();
    /** Set when a loss must be reported to Curator, before it is; null when Curator may hear of connections. */
    private final AtomicReference<@Nullable Loss> loss = new AtomicReference<>();
    /**
     * How many losses were reported to Curator, or Curator has reason to report; counted on the executor, before it
     * can.
     */
    private final AtomicLong losses = new AtomicLong();
    /** Curator's {@code ConnectionState}. */
    private volatile @Nullable Watcher curator;
    /** The handle that Curator holds. */
    private volatile @Nullable Handle held;
    /** The connection that Curator has heard of; null since a loss, and before the first. Confined to the executor. */
    private @Nullable Connection reported;
    /** Whether Curator has heard of nothing since a loss: then another is not reported. Confined to the executor. */
    private boolean expired;
    /** Whose connection Curator does not hear of before it is admitted. Confined to the executor. */
    private @Nullable Handle withheld;

    /** A connection of that handle, in that session. */
    private record Connection(Handle handle, long sessionId) {}

    /** Curator must consider this session lost; the handle is the next whose connection it would hear of. */
    private record Loss(Handle next, long sessionId) {}

    /**
     * For one session.
     *
     * @param executor serial; where Curator hears
     * @param asksFirst whether a new connection begins with a question that must be alone on it
     */
    CuratorFeed(Executor executor, BooleanSupplier asksFirst) {
        this.executor = executor;
        this.asksFirst = asksFirst;
    }

    /** Curator has been given a handle. It receives the state that the handle has already reached. */
    void handedOver(Handle handle, Watcher watcher) {
        curator = watcher;
        held = handle;
        succession.handedOver(() -> handle.zooKeeper().getState() == States.CLOSED);
        executor.execute(() -> replay(handle));
    }

    /** Where a request waits for Curator's next handle. */
    Succession succession() {
        return succession;
    }

    /** Something happened on a handle. */
    void happened(Handle handle, WatchedEvent event) {
        boolean end = event.getType() == EventType.None
                && (event.getState() == KeeperState.Expired || event.getState() == KeeperState.Closed);
        if (end) {
            return;
        }
        boolean withhold = connects(event) && asksFirst.getAsBoolean();
        executor.execute(() -> {
            if (withhold) {
                withheld = handle;
            }
            forward(handle, event);
        });
    }

    private static boolean connects(WatchedEvent event) {
        return event.getType() == EventType.None && event.getState() == KeeperState.SyncConnected;
    }

    /** That handle, which has not been announced yet, replaces one that had this session, or had none: 0. */
    void losing(Handle next, long sessionId) {
        loss.set(new Loss(next, sessionId));
    }

    /** Another handle is current now: Curator lets go of the one it holds and asks for the next. */
    void superseded(Handle current) {
        executor.execute(() -> {
            Handle old = held;
            if (old != null && old != current) {
                expire(old);
            }
        });
    }

    /** Curator considers the session lost, although the handle stays: it asks for it again. */
    void givenUp(Handle current, long sessionId) {
        losing(current, sessionId);
        executor.execute(() -> expire(current));
    }

    /**
     * Curator has waited for a first connection for as long as a session lasts. It has reported SUSPENDED to its
     * listeners, because a background request failed, and owes them LOST; about a session that it has heard of the
     * engine decides (C18).
     */
    void neverConnected(Handle handle) {
        executor.execute(() -> {
            if (reported == null) {
                expire(handle);
            }
        });
    }

    /** Whether that is the handle that Curator holds. */
    boolean isHeld(Handle handle) {
        return held == handle;
    }

    /** How many losses Curator has had reason to report so far. */
    long losses() {
        return losses.get();
    }

    /** Whether Curator considers that session lost and has not heard of a connection of this handle since. */
    boolean isLost(ClientHandle handle, long sessionId) {
        Loss last = loss.get();
        return last != null && last.next == handle && last.sessionId == sessionId;
    }

    /** Curator may hear of that handle's connection. */
    void admit(ClientHandle handle) {
        Loss last = loss.get();
        if (last != null && last.next == handle && loss.compareAndSet(last, null)) {
            executor.execute(() -> admitted(last.next));
        } else {
            executor.execute(() -> {
                Handle waiting = withheld;
                if (waiting != null && waiting == handle) {
                    admitted(waiting);
                }
            });
        }
    }

    private void admitted(Handle handle) {
        if (handle == withheld) {
            withheld = null;
        }
        replay(handle); // Curator may have to ask for it first: it hears of it then.
    }

    private void replay(Handle handle) {
        KeeperState state = handle.lastState();
        if (state == KeeperState.SyncConnected || state == KeeperState.ConnectedReadOnly) {
            forward(handle, new WatchedEvent(EventType.None, state, null));
        }
    }

    private void forward(Handle handle, WatchedEvent event) {
        if (handle == withheld && event.getState() == KeeperState.Disconnected) {
            withheld = null;
            return; // Curator has not heard of that connection.
        }
        Watcher watcher = curator;
        if (handle != held || watcher == null) {
            return;
        }
        boolean connects = connects(event);
        if (connects && (handle == withheld || loss.get() != null)) {
            return;
        }
        if (connects && isOfAnotherSession(handle)) {
            expire(handle); // Curator asks for its handle again, and hears the rest then.
            return;
        }
        if (connects || event.getState() == KeeperState.ConnectedReadOnly) {
            countOther(handle);
        }
        if (connects) {
            reported = new Connection(handle, handle.sessionId());
        }
        expired = false;
        watcher.process(event);
    }

    /**
     * Curator may have asked for another handle by itself; when that connects, Curator reports an uncalled-for LOST.
     */
    private void countOther(Handle handle) {
        Connection last = reported;
        if (last != null && last.handle != handle) {
            losses.incrementAndGet();
            reported = new Connection(handle, last.sessionId);
        }
    }

    /** A server may give a new session to a client that asked for its old one, without any report of an expiry (C7). */
    private boolean isOfAnotherSession(Handle handle) {
        Connection last = reported;
        return last != null && last.handle == handle && last.sessionId != handle.sessionId();
    }

    private void expire(Handle handle) {
        reported = null;
        Watcher watcher = curator;
        if (handle == held && watcher != null) {
            if (!expired) {
                losses.incrementAndGet();
            }
            expired = true;
            watcher.process(new WatchedEvent(EventType.None, KeeperState.Expired, null));
        }
    }
}
