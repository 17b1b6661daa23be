package io.perennial.internal.lease;

import io.perennial.internal.engine.Ticker;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.protocol.ErrorKind;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the lease fresh by a light request of the library's own, of which at most one waits for its answer. It is a
 * {@code sync}: that goes to the leader, who alone expires sessions; what a follower answers by itself, as a read or
 * ZooKeeper's own ping, it answers for {@code syncLimit} ticks (10 s by default) after it has lost the leader. The
 * answer comes through the handle's event thread, as every asynchronous answer does: an event thread that is blocked
 * stops it (S-06). In a session that was taken up again late it is a transaction first, see {@link LeaseClock}.
 *
 * <p>Concurrency: confined to the event loop, but for the acknowledgement, which goes straight to the lease.
 */
public final class Heartbeat {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(20);

    /** The connection that it beats on. */
    public interface Line {
        boolean isConnected();

        /** Whether what was asked last has been answered. */
        void answering(boolean answered, long now);
    }

    private final LeaseClock lease;
    private final Ticker ticker;
    private final Queueing queueing = new Queueing();
    private long lastSent;
    private volatile boolean waiting;
    /** The first questions, when the server did not take them. */
    private volatile @Nullable Runnable askAgain;

    public Heartbeat(LeaseClock lease, Ticker ticker) {
        this.lease = lease;
        this.ticker = ticker;
        this.lastSent = ticker.nanos();
    }

    /**
     * How often to beat: six times in the timeout that the lease goes by, as ZooKeeper's own pings come three times.
     */
    static Duration interval(Duration sessionTimeout) {
        Duration sixth = sessionTimeout.dividedBy(6);
        if (sixth.compareTo(LONGEST) > 0) {
            return LONGEST;
        }
        return sixth.compareTo(SHORTEST) < 0 ? SHORTEST : sixth;
    }

    /**
     * Looks what the handle has been granted that may have the session: its event thread may be blocked, or its end be
     * long in coming. A handle of ours has said it at once; this is for those of a factory of the caller's.
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
     * Whether it is not answered since it waits behind others of this session, which are being answered: the server has
     * the session, though it cannot be told for how long yet.
     */
    public boolean isQueued() {
        return waiting && queueing.isMoving(ticker.nanos(), interval(lease.timeout()));
    }

    /**
     * The first questions on a connection. The server catches up with its leader: a handle that has seen nothing may
     * have come to a lagging server (S-30). And whether there is a root to look at, which is asked again at the next
     * tick when the server answers "not now" (S-67).
     *
     * @param root gets the root's code, or "not now", or that the server demands credentials, with which it hangs up
     */
    public void first(ClientHandle handle, long sessionId, IntConsumer root) {
        long now = ticker.nanos();
        var caughtUp = new ErrorKind[] {ErrorKind.CONNECTION}; // the event thread's alone
        ask(handle, sessionId, now, rc -> caughtUp[0] = ErrorKind.of(rc));
        Runnable again = () -> first(handle, sessionId, root);
        // Answered in this order.
        handle.lookAtRoot(rc -> judge(caughtUp[0], rc, root, again));
    }

    private void judge(ErrorKind sync, int rc, IntConsumer root, Runnable again) {
        ErrorKind look = ErrorKind.of(rc);
        if (sync == ErrorKind.NOT_NOW || look == ErrorKind.NOT_NOW) {
            askAgain = again;
            root.accept(Code.THROTTLEDOP.intValue()); // No word of the root, but a word.
        } else if (sync == ErrorKind.AUTH) {
            root.accept(Code.SESSIONCLOSEDREQUIRESASLAUTH.intValue()); // Said of the first, it is not said again.
        } else if (look == ErrorKind.ANSWER || look == ErrorKind.AUTH) {
            root.accept(rc);
        }
        // Else the connection's end follows, and with the next one the question.
    }

    /** A question before all others of a handle that has no connection yet. */
    public static void askAhead(ClientHandle handle, Runnable credentialsDemanded) {
        handle.sync(rc -> {
            if (demandsCredentials(rc)) {
                credentialsDemanded.run();
            }
        });
    }

    /** A new connection: what was under way is not waited for. */
    public void connectionChanged() {
        waiting = false;
        askAgain = null;
        lastSent = ticker.nanos();
    }

    /** Asks the leader; the servers where its word does not do, for the session was taken up again late. */
    private void ask(ClientHandle handle, long sessionId, long now, IntConsumer answered) {
        // What ends the doubt is sent at a tick, which follows within half of that unless little of what was asked for
        // is granted.
        if (lease.needsAgreement(interval(lease.timeout()).dividedBy(2))) {
            handle.agree(rc -> {
                answered.accept(rc);
                if (isTheLeadersWord(rc)) {
                    lease.agreed(sessionId, now);
                }
            });
        } else {
            handle.sync(rc -> {
                answered.accept(rc);
                if (isTheLeadersWord(rc)) {
                    lease.acknowledge(sessionId, now);
                }
            });
        }
    }

    /**
     * Whether a {@code sync}'s answer came from the leader: OK and nothing else. A server without a quorum answers
     * NOTREADONLY by itself, and one that throttles THROTTLEDOP (L3).
     */
    static boolean isTheLeadersWord(int rc) {
        return rc == Code.OK.intValue();
    }

    /** Whether the server said something, be it a refusal; as opposed to the client giving up. */
    public static boolean isAnswer(int rc) {
        return !ErrorKind.of(rc).isTrouble();
    }

    /** Whether the server takes no request before it has been given credentials, or others. */
    public static boolean demandsCredentials(int rc) {
        return ErrorKind.of(rc) == ErrorKind.AUTH;
    }
}
