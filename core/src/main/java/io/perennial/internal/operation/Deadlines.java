package io.perennial.internal.operation;

import io.perennial.operation.CuratorCall;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls that are past their deadline, by interrupting their thread: a synchronous request waits for its answer
 * without bound, and the client notices a silent server only after two thirds of the session timeout.
 *
 * <p>Concurrency: a call registers and unregisters itself; interrupting and unregistering exclude each other, so that
 * no later work of the same thread is hit.
 */
final class Deadlines {
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final Alarm alarm;

    Deadlines(Alarm alarm) {
        this.alarm = alarm;
    }

    /** Makes an attempt on the calling thread; an interruption from here comes out as {@link PassedException}. */
    <T extends @Nullable Object> T run(
            long deadlineNanos, long now, long boundTo, CuratorCall<T> call, CuratorFramework curator)
            throws Exception {
        var current = new Running(Thread.currentThread(), deadlineNanos);
        running.add(current);
        alarm.at(deadlineNanos, now);
        Long outer = CallBinding.enter(boundTo);
        try {
            return call.run(curator);
        } catch (InterruptedException e) {
            if (current.end()) {
                throw new PassedException(e);
            }
            throw e;
        } finally {
            CallBinding.leave(outer);
            current.end();
        }
    }

    /** Interrupts late calls; again at each tick, because a call may have swallowed it and sent another request. */
    void enforce(long now) {
        for (Running call : running) {
            if (now - call.deadlineNanos >= 0) {
                call.interrupt();
            } else {
                alarm.at(call.deadlineNanos, now);
            }
        }
    }

    /** The deadline passed while a request waited for its answer. */
    static final class PassedException extends Exception {
        private static final long serialVersionUID = 1L;

        PassedException(InterruptedException cause) {
            super(cause);
        }
    }

    /** Its state is guarded by itself: nothing else sees it, and there is one for every call. */
    private final class Running {
        private final Thread thread;
        private final long deadlineNanos;
        private boolean interrupted;
        private boolean ended;

        private Running(Thread thread, long deadlineNanos) {
            this.thread = thread;
            this.deadlineNanos = deadlineNanos;
        }

        private synchronized void interrupt() {
            if (!ended) {
                interrupted = true;
                thread.interrupt();
            }
        }

        /** On the call's own thread: after this no interruption comes from here any more, nor is one left behind. */
        private boolean end() {
            running.remove(this);
            return settle();
        }

        private synchronized boolean settle() {
            if (!ended && interrupted) {
                Thread.interrupted();
            }
            ended = true;
            return interrupted;
        }
    }
}
