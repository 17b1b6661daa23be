package io.perennial.spring;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.SessionListener;
import io.perennial.SessionTransition;
import io.perennial.internal.engine.UserCode;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes one session's transitions on, in order: holds them back at first, the last {@value #MOST_HELD} of them, then
 * delivers, and ends for good.
 *
 * <p>Concurrency: a thread that brings a transition while no other thread delivers does so itself, outside the lock,
 * until nothing is left.
 */
final class TransitionRelay implements SessionListener {
    static final int MOST_HELD = 256;

    private final Consumer<SessionTransition> target;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Deque<SessionTransition> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean holding = true;

    @GuardedBy("lock")
    private boolean ended;

    @GuardedBy("lock")
    private boolean delivering;

    TransitionRelay(Consumer<SessionTransition> target) {
        this.target = target;
    }

    /** Throws what the target throws, after the rest has been delivered. */
    @Override
    public void onTransition(SessionTransition transition) {
        synchronized (lock) {
            if (ended) {
                return;
            }
            if (holding && queue.size() == MOST_HELD) {
                queue.removeFirst();
            }
            queue.addLast(transition);
        }
        deliver();
    }

    /**
     * Delivers what was held back, on this thread. Throws what the target throws, after the rest has been delivered.
     */
    void release() {
        synchronized (lock) {
            holding = false;
        }
        deliver();
    }

    /** No delivery begins after this. */
    void end() {
        synchronized (lock) {
            ended = true;
            queue.clear();
        }
    }

    private void deliver() {
        synchronized (lock) {
            if (holding || delivering) {
                return;
            }
            delivering = true;
        }
        Throwable failure = null;
        for (SessionTransition next = next(); next != null; next = next()) {
            SessionTransition transition = next;
            Throwable thrown = UserCode.run(() -> target.accept(transition));
            failure = failure == null ? thrown : failure;
        }
        rethrow(failure);
    }

    private @Nullable SessionTransition next() {
        synchronized (lock) {
            SessionTransition next = queue.pollFirst();
            if (next == null) {
                delivering = false;
            }
            return next;
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            // Kotlin, Groovy and Lombok throw checked exceptions without declaring them.
            throw new UndeclaredThrowableException(failure);
        }
    }
}
