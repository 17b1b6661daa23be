package io.perennial.internal.state;

import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.Backoff;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.Handles;
import io.perennial.internal.handle.SessionCredentials;
import io.perennial.internal.lease.Heartbeat;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the engine's current handle, and has handles made and ended on their own thread, with reports on the loop. A
 * failure that an immediate retry would only repeat is retried more and more slowly: at a human pace where someone has
 * to act, at a server's pace where a server may recover.
 *
 * <p>Confined to the event loop.
 */
final class HandleOpener {
    private static final Duration SLOW_RETRY = Duration.ofSeconds(1);
    private static final Duration SLOWEST_RETRY = Duration.ofSeconds(30);
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration SLOWEST_AFTER_HANG_UPS = Duration.ofSeconds(5);
    /** Meanwhile the session waits at the servers, and no longer than its timeout. */
    private static final int FIRST_PAUSES_PER_TIMEOUT = 10;

    private static final int LONGEST_PAUSES_PER_TIMEOUT = 4;

    private final EventLoop loop;
    private final Handles handles;
    private final Executor handleThread;
    private final Reports engine;
    private final Backoff refusals;
    private final Backoff hangUps;
    /** Counts the handles that were requested. */
    private long asked;
    /** Null while the next is being made. */
    private @Nullable ClientHandle current;
    /** The next attempt, while it has to wait. */
    private EventLoop.@Nullable Timer waiting;

    /** What happens to it; on the loop. */
    interface Reports {
        /** Another handle is the current one, and has reported nothing yet. */
        void opened();

        void cannotOpen(Throwable e);

        /** The server wants other credentials than this handle gave, or wants some at all. */
        void credentialsDemanded(ClientHandle of);
    }

    HandleOpener(
            EventLoop loop,
            Handles handles,
            Executor handleThread,
            Duration sessionTimeout,
            RandomGenerator random,
            Reports engine) {
        this.loop = loop;
        this.handles = handles;
        this.handleThread = handleThread;
        this.engine = engine;
        this.refusals = new Backoff(SLOW_RETRY, SLOWEST_RETRY, random);
        this.hangUps = new Backoff(
                between(SHORTEST, sessionTimeout.dividedBy(FIRST_PAUSES_PER_TIMEOUT), SLOW_RETRY),
                between(SHORTEST, sessionTimeout.dividedBy(LONGEST_PAUSES_PER_TIMEOUT), SLOWEST_AFTER_HANG_UPS),
                random);
    }

    private static Duration between(Duration least, Duration pause, Duration most) {
        if (pause.compareTo(least) < 0) {
            return least;
        }
        return pause.compareTo(most) > 0 ? most : pause;
    }

    /** Whether a handle can attach to a known session. */
    boolean canAttach() {
        return handles.canResume();
    }

    /** The first handle, which was made by the thread that started the session. */
    void begin(ClientHandle first) {
        current = first;
    }

    /** The handle in use; null while one is being made. */
    @Nullable
    ClientHandle current() {
        return current;
    }

    boolean isCurrent(ClientHandle handle) {
        return handle == current;
    }

    /** Where the handles connect. */
    ConnectString connectString() {
        return handles.connectString();
    }

    /** Has the next handle made: attached to a known session, or asking for a new one. */
    void open(@Nullable SessionCredentials target) {
        cancelWaiting();
        current = null;
        long number = ++asked;
        boolean doubtful = refusals.attempts() > 0 || hangUps.attempts() > 0;
        handleThread.execute(() -> {
            // The ensemble provider, the factory, the key store reader: all may be the user's.
            Throwable failure = UserCode.run(() -> handles.replace(target, made -> accept(made, number, doubtful)));
            if (failure != null) {
                loop.offer(() -> unlessAskedAgain(number, () -> engine.cannotOpen(failure)));
            }
        });
    }

    /**
     * On the handle thread, before anything else has the handle. A server that wants credentials says so in answer to
     * the first request that it gets, and to no other: in doubt that is one of the library's.
     */
    private boolean accept(ClientHandle made, long number, boolean doubtful) {
        if (!loop.offer(() -> unlessAskedAgain(number, () -> opened(made)))) {
            return false;
        }
        if (doubtful) {
            Heartbeat.askAhead(made, () -> loop.offer(() -> engine.credentialsDemanded(made)));
        }
        return true;
    }

    private void opened(ClientHandle made) {
        current = made;
        engine.opened();
    }

    /**
     * Drops the report when the next handle supersedes this one before it has its connection: what this one reports of
     * that would be taken for a server's word that the session is gone.
     */
    private void unlessAskedAgain(long number, Runnable report) {
        if (number == asked) {
            report.run();
        }
    }

    /** After a problem that a person has to resolve. Unless a handle is opened before. */
    void laterAfterRefusal(Runnable task) {
        later(refusals.next(), task);
    }

    /** After a problem that a server may recover from by itself. Unless a handle is opened before. */
    void laterAfterHangUp(Runnable task) {
        later(hangUps.next(), task);
    }

    private void later(Duration pause, Runnable task) {
        cancelWaiting();
        waiting = loop.schedule(pause, task);
    }

    private void cancelWaiting() {
        if (waiting != null) {
            waiting.cancel();
            waiting = null;
        }
    }

    /** A server has answered: whatever was wrong no longer is. */
    void answered() {
        refusals.reset();
        hangUps.reset();
    }

    /** Ends the current handle, if there is one, without the next. */
    void endCurrent() {
        ClientHandle last = current;
        current = null;
        if (last != null) {
            handleThread.execute(last::abandon);
        }
    }

    void interruptEventThread(ClientHandle handle) {
        handleThread.execute(handle::interruptEventThread);
    }

    /** Has the current handle look up where the servers are now, when it has no connection. */
    void tick(boolean connected) {
        if (!connected) {
            handleThread.execute(handles::followEnsemble);
        }
    }
}
