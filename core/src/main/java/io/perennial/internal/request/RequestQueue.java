package io.perennial.internal.request;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.Backoff;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of one connection in their order, a bounded number in flight, and decides which wait: what the
 * server has no time for now is repeated after a pause; what broke connections before ({@link Quarantine}) is held back
 * until everything else is answered, or is answered with a refusal.
 *
 * <p>Concurrency: confined to the event loop.
 */
final class RequestQueue {
    /** A server that says UNIMPLEMENTED hangs up. If it does not, the queue goes on. */
    private static final Duration HANGS_UP_WITHIN = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Host host;
    private final Quarantine quarantine;
    private final Screening screening;
    private final Suspects suspects;
    private final RateLimit rate;
    private final Window transactions;
    private final Window singles;
    private final Backoff pauses;
    private final List<PendingRequest> lost = new ArrayList<>();

    private int inFlight;
    /** How many of them must have no others beside them. */
    private int apart;
    /** The window whose next request waits until nothing is in flight. */
    private @Nullable Window wantsQuiet;

    private boolean lookingForQuiet;
    private boolean paused;
    /** The server is about to hang up, and has said why. */
    private boolean hangingUp;

    private boolean ended;
    /** Requests that the server has put off and not answered since. Changed on the loop, read by reports. */
    private final AtomicInteger putOff = new AtomicInteger();

    /** The event loop, as far as it is needed here. */
    interface Host extends Ticker {
        void execute(Runnable task);

        void schedule(Duration delay, Runnable task);
    }

    RequestQueue(Host host, RestorePolicy policy, Quarantine quarantine, RandomGenerator random) {
        this.host = host;
        this.quarantine = quarantine;
        this.screening = new Screening(quarantine, host);
        this.suspects = new Suspects(screening, host);
        this.rate = new RateLimit(policy.maxOperationsPerSecond());
        this.transactions = new Window(policy.maxBatchesInFlight());
        this.singles = new Window(policy.maxRequestsInFlight());
        this.pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
    }

    void submit(PendingRequest request) {
        if (!ended) {
            windowOf(request).add(request);
            pump();
        }
    }

    /** No answer is delivered from now on, and what is still queued is not sent. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        transactions.clear();
        singles.clear();
        suspects.clear();
        if (!lost.isEmpty()) {
            screening.lost(lost);
        }
    }

    /** The connection is gone, with everything that was under way on it. */
    void broken() {
        if (!ended && !hangingUp && lost.isEmpty() && inFlight == 0) {
            quarantine.brokeIdle();
        }
        end();
    }

    /** Whether a node's creation must not be sent together with others. */
    boolean goesApart(RequestKey key) {
        return quarantine.goesApart(key, host.nanos());
    }

    boolean hasQuarantined() {
        return quarantine.hasSuspects();
    }

    /** Whether the server is known not to know such requests. */
    boolean lacks(RequestKind kind) {
        return quarantine.isUnknown(kind);
    }

    /** How many requests wait for a server that has no time for them. From any thread. */
    int putOff() {
        return putOff.get();
    }

    /**
     * A broken connection takes nothing more: the client would send on the next one what it is handed now. One that is
     * being closed takes it to no effect, and what was sent would be suspected.
     */
    private boolean isOver() {
        return ended || hangingUp || !lost.isEmpty();
    }

    private void pump() {
        if (isOver() || paused || apart > 0 || (wantsQuiet != null && inFlight > 0)) {
            return;
        }
        Window first = wantsQuiet;
        wantsQuiet = null;
        if (first != null) {
            sendNext(first);
        }
        boolean overdue = suspects.isOverdue();
        if (!overdue) {
            sendNext(transactions);
            sendNext(singles);
        }
        if (!suspects.isEmpty() && inFlight == 0 && (overdue || isIdle())) {
            trySuspects(overdue);
        }
    }

    private boolean isIdle() {
        return !paused && transactions.isEmpty() && singles.isEmpty();
    }

    private void trySuspects(boolean overdue) {
        Duration wait = overdue ? Duration.ZERO : suspects.untilQuiet();
        if (wait.isZero() || wait.isNegative()) {
            List<PendingRequest> group = suspects.takeGroup();
            apart = group.size();
            group.forEach(this::send);
        } else if (!lookingForQuiet) {
            lookingForQuiet = true;
            host.schedule(wait, () -> {
                lookingForQuiet = false;
                pump();
            });
        }
    }

    private void sendNext(Window window) {
        while (!isOver() && apart == 0 && wantsQuiet == null) {
            PendingRequest next = window.next();
            if (next == null) {
                return;
            }
            switch (screening.verdict(next)) {
                case REFUSED ->
                    refuse(window.remove(), quarantine.isUnknown(next.kind) ? Code.UNIMPLEMENTED : Code.CONNECTIONLOSS);
                case SUSPECT -> {
                    // Sent after others, a removal would hit the watch that was armed again meanwhile.
                    if (next.kind == RequestKind.REMOVE_WATCHES) {
                        sendInOrder(window, next, true);
                    } else {
                        suspects.holdBack(window.remove());
                    }
                }
                case FREE -> sendInOrder(window, next, quarantine.isUnproven(next.kind));
            }
        }
    }

    private void sendInOrder(Window window, PendingRequest next, boolean alone) {
        if (alone && inFlight > 0) {
            wantsQuiet = window;
            return;
        }
        long wait = rate.reserve(next.operations, host.nanos());
        if (wait > 0) {
            waitForRate(window, wait);
            return;
        }
        window.remove();
        if (alone) {
            apart = 1;
        } else {
            window.sent();
        }
        send(next);
    }

    private void waitForRate(Window window, long nanos) {
        window.suspend();
        host.schedule(Duration.ofNanos(nanos), () -> {
            window.resume();
            pump();
        });
    }

    private void refuse(PendingRequest request, Code code) {
        Quarantine.Refusal refusal = screening.refusal(request);
        host.execute(() -> {
            if (!ended) {
                request.answer.accept(Reply.refused(code, request.path(), refusal));
            }
        });
    }

    private void send(PendingRequest request) {
        inFlight++;
        try {
            request.send.to(reply -> host.execute(() -> answered(request, reply)));
        } catch (IllegalArgumentException e) {
            // A path that the client itself refuses: answered like a refusal by the server.
            host.execute(() -> answered(request, Reply.of(Code.BADARGUMENTS.intValue(), request.path())));
        }
    }

    private void answered(PendingRequest request, Reply reply) {
        inFlight--;
        if (apart > 0) {
            apart--;
            suspects.suspectAnswered();
        } else {
            windowOf(request).returned();
            suspects.othersAnswered();
        }
        if (ended) {
            return;
        }
        try {
            sort(request, reply);
            releaseAcquitted();
        } finally {
            pump();
        }
    }

    private void releaseAcquitted() {
        if (suspects.isEmpty() || apart > 0 || isOver()) {
            return;
        }
        suspects.takeCleared().forEach(request -> windowOf(request).add(request));
    }

    private Window windowOf(PendingRequest request) {
        return request.isTransaction() ? transactions : singles;
    }

    private void sort(PendingRequest request, Reply reply) {
        ErrorKind kind = ErrorKind.of(reply.code());
        if (kind == ErrorKind.CONNECTION) {
            lost.add(request);
        } else if (reply.code() == Code.UNIMPLEMENTED) {
            quarantine.unimplemented(request.kind, host.nanos());
            refuse(request, Code.UNIMPLEMENTED);
            refuseAll(request.kind);
            hangingUp();
            return;
        } else if (kind == ErrorKind.NOT_NOW && request.kind != RequestKind.REMOVE_WATCHES) {
            putOff(request, true);
            repeatLater(request);
            return;
        } else if (kind == ErrorKind.ANSWER) {
            pauses.reset();
            windowOf(request).grow();
            screening.answered(request);
        }
        putOff(request, false);
        request.answer.accept(request.late ? reply.sentLate() : reply);
    }

    private void putOff(PendingRequest request, boolean now) {
        if (request.putOff != now) {
            request.putOff = now;
            putOff.addAndGet(now ? 1 : -1);
        }
    }

    private void repeatLater(PendingRequest request) {
        request.late = true;
        windowOf(request).repeatLater(request);
        if (!paused) {
            windowOf(request).shrink();
            pause();
        }
    }

    private void refuseAll(RequestKind unknown) {
        singles.removeIf(request -> {
            if (request.kind == unknown) {
                refuse(request, Code.UNIMPLEMENTED);
            }
            return request.kind == unknown;
        });
    }

    private void hangingUp() {
        hangingUp = true;
        host.schedule(HANGS_UP_WITHIN, () -> {
            hangingUp = false;
            pump();
        });
    }

    private void pause() {
        paused = true;
        host.schedule(pauses.next(), () -> {
            paused = false;
            transactions.takeRepeats();
            singles.takeRepeats();
            pump();
        });
    }
}
