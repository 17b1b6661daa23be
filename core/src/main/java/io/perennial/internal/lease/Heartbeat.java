package io.perennial.internal.lease;

import io.perennial.internal.engine.Ticker;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.protocol.ErrorKind;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the lease fresh with a light request of the library's own; at most one waits for its answer at a time. It is a
 * {@code sync}, which goes to the leader, the only server that expires sessions; what a follower answers by itself,
 * such as a read or ZooKeeper's own ping, it still answers for {@code syncLimit} ticks (10 s by default) after it has
 * lost the leader. The answer comes through the handle's event thread, as every asynchronous answer does: an event
 * thread that is blocked stops it (S-06). In a session that was attached again late, it is a transaction first, see
 * {@link LeaseClock}.
 *
 * <p>Concurrency: confined to the event loop, but for the acknowledgement, which goes straight to the lease.
 */
public final class Heartbeat {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(20);

    /** The connection that it beats on. */
    public interface Line {
        boolean isConnected();

        /** Whether the last question has been answered. */
        void answering(boolean answered, long now);
    }

    private final LeaseClock lease;
    private final Ticker ticker;
    private final Queueing queueing = new Queueing();
    private long lastSent;
    private volatile boolean waiting;
    /** The first questions, when the server did not accept them. */
    private volatile @Nullable Runnable askAgain;

    public Heartbeat(LeaseClock lease, Ticker ticker) {
        this.lease = lease;
        this.ticker = ticker;
        this.lastSent = ticker.nanos();
    }

    /**
     * How often to beat: six times in the timeout that the lease is based on, where ZooKeeper's own pings come three
     * times.
     */
    static Duration interval(Duration sessionTimeout) {
        Duration sixth = sessionTimeout.dividedBy(6);
        if (sixth.compareTo(LONGEST) > 0) {
            return LONGEST;
        }
        return sixth.compareTo(SHORTEST) < 0 ? SHORTEST : sixth;
    }

    /**
     * Checks what the handle that may have the session has been granted: its event thread may be blocked, or its end
     * may be long in coming. The library's own handles have reported it at once; this is for handles from a caller's
     * factory.
     */
    public void look(@Nullable ClientHandle handle) {
        if (handle != null) {
            lease.granted(handle.sessionId(), handle.grantedMillis());
        }
    }

    /** Beats if it is time and there is a connection. */
    public void tick(ClientHandle handle, long sessionId, Line line) {
        long now = ticker.nanos();
        if (!line.isConnected()) {
            return;
        }
        queueing.tick(handle.answers(), now);
        Runnable again = askAgain;
        if (again != null) {
            askAgain = null;
            again.run();
        }
        boolean due = now - lastSent >= interval(lease.timeout()).toNanos() || lease.endsDoubt(lastSent);
        if (!waiting && due) {
            lastSent = now;
            waiting = true;
            ask(handle, sessionId, now, rc -> waiting = false);
        }
        line.answering(!waiting, now);
    }

    /**
     * Whether the heartbeat is unanswered because it waits behind other requests of this session, which are being
     * answered: the server has the session, though for how long is not known yet.
     */
    public boolean isQueued() {
        return waiting && queueing.isMoving(ticker.nanos(), interval(lease.timeout()));
    }

    /**
     * The first questions on a connection. One makes the server catch up with its leader, because a handle that has
     * seen nothing may have connected to a lagging server (S-30). The other is whether there is a root to look at; it
     * is asked again at the next tick when the server answers "not now" (S-67).
     *
     * @param root gets the root's code, or "not now", or that the server demands credentials, with which it hangs up
     */
    public void first(ClientHandle handle, long sessionId, IntConsumer root) {
        long now = ticker.nanos();
        var caughtUp = new ErrorKind[] {ErrorKind.CONNECTION}; // for the event thread alone
        ask(handle, sessionId, now, rc -> caughtUp[0] = ErrorKind.of(rc));
        Runnable again = () -> first(handle, sessionId, root);
        // Answered in this order.
        handle.lookAtRoot(rc -> judge(caughtUp[0], rc, root, again));
    }

    private void judge(ErrorKind sync, int rc, IntConsumer root, Runnable again) {
        ErrorKind look = ErrorKind.of(rc);
        if (sync == ErrorKind.NOT_NOW || look == ErrorKind.NOT_NOW) {
            askAgain = again;
            root.accept(ErrorKind.THROTTLED); // Nothing about the root, but an answer.
        } else if (sync == ErrorKind.AUTH) {
            root.accept(Code.SESSIONCLOSEDREQUIRESASLAUTH.intValue()); // Said of the first, it is not repeated.
        } else if (look == ErrorKind.ANSWER || look == ErrorKind.AUTH) {
            root.accept(rc);
        }
        // Otherwise the connection ends, and the question comes again with the next one.
    }

    /** A question ahead of all others, on a handle that has no connection yet. */
    public static void askAhead(ClientHandle handle, Runnable credentialsDemanded) {
        handle.sync(rc -> {
            if (demandsCredentials(rc)) {
                credentialsDemanded.run();
            }
        });
    }

    /** A new connection: what was under way is no longer waited for. */
    public void connectionChanged() {
        waiting = false;
        askAgain = null;
        lastSent = ticker.nanos();
    }

    /**
     * Asks the leader, or the servers where the leader's answer does not suffice because the session was attached again
     * late.
     */
    private void ask(ClientHandle handle, long sessionId, long now, IntConsumer answered) {
        // What ends the doubt is sent at a tick, which follows within half the interval unless little of the requested
        // timeout was granted.
        if (lease.needsAgreement(interval(lease.timeout()).dividedBy(2))) {
            handle.agree(rc -> {
                answered.accept(rc);
                if (isLeadersAnswer(rc)) {
                    lease.agreed(sessionId, now);
                }
            });
        } else {
            handle.sync(rc -> {
                answered.accept(rc);
                if (isLeadersAnswer(rc)) {
                    lease.acknowledge(sessionId, now);
                }
            });
        }
    }

    /**
     * Whether a {@code sync}'s answer came from the leader: OK and nothing else. A server without a quorum answers
     * NOTREADONLY by itself, and one that throttles answers THROTTLEDOP (L3).
     */
    static boolean isLeadersAnswer(int rc) {
        return rc == Code.OK.intValue();
    }

    /** Whether the server answered, even with a refusal, as opposed to the client giving up. */
    public static boolean isAnswer(int rc) {
        return !ErrorKind.of(rc).isTrouble();
    }

    /** Whether the server accepts no request before it gets credentials, or different ones. */
    public static boolean demandsCredentials(int rc) {
        return ErrorKind.of(rc) == ErrorKind.AUTH;
    }
}
