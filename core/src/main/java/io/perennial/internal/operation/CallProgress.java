package io.perennial.internal.operation;

import io.github.resilience4j.retry.Retry;
import io.perennial.ResilientSessionException;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.SessionUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/** One call over time: its deadline, its attempts so far, and what its errors say about both. */
final class CallProgress {
    /** Before checking again whether the engine has heard what a handle knows. */
    static final long LOOK_AGAIN_MILLIS = 5;
    /** Used when a listener, or the interval function, of the caller's retry throws instead. */
    private static final long FALLBACK_PAUSE_MILLIS = 1_000;
    /**
     * This many breaks may be chance, or a server's end; more than that and the request itself breaks it (C4).
     */
    private static final int MOST_LOST = 5;

    private final SessionView session;
    private final Retry.AsyncContext<Object> retry;
    private final long begun = System.nanoTime();
    private final long limit;
    private int attempts;
    /** Attempts in a row that ended in a lost connection, each on a session that was back. */
    private int lost;
    /** Those whose connection broke over something else, and which were not counted. */
    private int forgiven;
    /** The session's count, at the latest attempt. */
    private int trialsLost;

    CallProgress(SessionView session, Retry retry, Duration timeout) {
        this.session = session;
        this.retry = retry.asyncContext();
        // Half of what fits, so that a point in time can be calculated with it.
        this.limit = Math.min(Long.MAX_VALUE / 2, TimeUnit.NANOSECONDS.convert(timeout));
    }

    /**
     * Another attempt. By now the session knows whether the last connection broke over one of its own suspects (C3).
     */
    void attempt() {
        attempts++;
        int now = session.trialsLost();
        if (now != trialsLost && lost > 0 && forgiven < MOST_LOST) {
            lost--;
            forgiven++;
        }
        trialsLost = now;
    }

    /** The call has its answer. */
    void complete() {
        Throwable unused = UserCode.run(retry::onComplete); // must not change the result of the call
    }

    /**
     * The pause before a call of that effect is repeated.
     *
     * @throws OperationFailedException when it was a server's answer
     * @throws OutcomeUnknownException when the call may have been applied, and must not be repeated then
     * @throws SessionUnavailableException when there will be no other attempt
     */
    long pauseAfter(Effect effect, KeeperException e) {
        if (isAnswer(e)) {
            complete();
            throw new OperationFailedException(
                    "session '" + session.name() + "': the server answered " + e.code()
                            + (e.code() == Code.UNIMPLEMENTED ? ": " + e.getMessage() : " for " + e.getPath()),
                    e);
        }
        if (effect == Effect.ONCE && !Sender.isSurelyNotApplied(e)) {
            throw withoutAnswer(effect, "the acknowledgement was lost", e);
        }
        return pauseAfter(e);
    }

    /** How a call of that effect ends when nothing more will be heard of its last attempt. */
    ResilientSessionException withoutAnswer(Effect effect, String why, @Nullable Throwable cause) {
        String what = message(why);
        return effect == Effect.ONCE
                ? new OutcomeUnknownException(
                        what + "; the call may have been applied, read the data to find out before repeating it", cause)
                : new SessionUnavailableException(what, cause);
    }

    /**
     * The pause before another attempt.
     *
     * @throws SessionUnavailableException when there will be none
     */
    long pauseAfter(Exception failure) {
        long pause = UserCode.get(() -> retry.onError(failure), FALLBACK_PAUSE_MILLIS, thrown -> {});
        if (breaksConnections(failure)) {
            throw new SessionUnavailableException(
                    message("given up after " + attempts + " attempts, because the last " + lost
                            + " all ended in a lost connection although the session had come back: is the request, or"
                            + " its answer, longer than jute.maxbuffer, " + "%,d".formatted(session.maxPacket())
                            + ", or does the server not know it?"),
                    failure);
        }
        if (pause < 0 || isOver()) {
            throw new SessionUnavailableException(message("given up after " + attempts + " attempts"), failure);
        }
        return Math.min(pause, left().toMillis());
    }

    private boolean breaksConnections(Exception failure) {
        boolean wasSent = failure instanceof KeeperException.ConnectionLossException
                && !(failure instanceof CuratorConnectionLossException);
        lost = wasSent ? lost + 1 : 0;
        return lost == MOST_LOST;
    }

    long deadline() {
        return begun + limit;
    }

    boolean isOver() {
        return System.nanoTime() - begun >= limit;
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, limit - (System.nanoTime() - begun)));
    }

    String message(String what) {
        return "session '" + session.name() + "': " + what + " (after "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms, limit "
                + TimeUnit.NANOSECONDS.toMillis(limit) + " ms, state " + session.describeState() + ")";
    }

    SessionUnavailableException noSession() {
        return new SessionUnavailableException(message(
                attempts == 0
                        ? "no usable server session, nothing was sent"
                        : "there is no usable server session any more"));
    }

    ResilientSessionException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ResilientSessionException(message("interrupted"), e);
    }

    /**
     * Whether a server answered the request itself: a client whose credentials are refused reports that for all in
     * flight.
     */
    static boolean isAnswer(KeeperException e) {
        return ErrorKind.of(e.code()) == ErrorKind.ANSWER;
    }
}
