package io.perennial.internal.request;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.Backoff;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.Quarantine.Verdict;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of one connection in their order, a bounded number in flight, and decides which wait: what the server
 * has no time for now is repeated after a pause; what broke connections before ({@link Quarantine}) is held back until
 * everything else is answered, or is answered by a refusal.
 *
 * <p>Concurrency: confined to the event loop.
 */
final class RequestQueue {
    /** When nobody has sent anything for that long everything else is in place. */
    private static final Duration QUIET = Duration.ofMillis(50);
    /** A server that says UNIMPLEMENTED hangs up. Should it not, the queue goes on. */
    private static final Duration HANGS_UP_WITHIN = Duration.ofSeconds(1);
    /** So long a suspect waits for others to be done. */
    private static final long LONGEST_HOLD = Duration.ofMillis(500).toNanos();

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Host host;
    private final Quarantine quarantine;
    private final Window transactions;
    private final Window singles;
    private final Backoff pauses;
    private final List<PendingRequest> heldBack = new ArrayList<>();
    private final List<PendingRequest> lost = new ArrayList<>();

    private int inFlight;
    /** How many of them no other may be beside. */
    private int apart;
    /** The window whose next request waits until nothing is in flight. */
    private @Nullable Window wantsQuiet;

    private long heldSince;
    private long lastFree;
    private long lastApart;
    private boolean lookingForQuiet;
    private boolean paused;
    /** The server is about to hang up, and has said why. */
    private boolean hangingUp;

    private boolean ended;
    /** Requests that the server has put off and not answered since. Changed on the loop, read by whoever reports. */
    private final AtomicInteger putOff = new AtomicInteger();

    /** The event loop, as far as it is needed here. */
    interface Host {
        long nanos();

        void execute(Runnable task);

        void schedule(Duration delay, Runnable task);
    }

    RequestQueue(Host host, RestorePolicy policy, Quarantine quarantine, RandomGenerator random) {
        this.host = host;
        this.quarantine = quarantine;
        this.pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
        var rate = new RateLimit(policy.maxOperationsPerSecond());
        this.transactions = new Window(policy.maxBatchesInFlight(), rate);
        this.singles = new Window(policy.maxRequestsInFlight(), rate);
        this.lastFree = host.nanos();
        this.lastApart = lastFree - QUIET.toNanos();
    }

    void submit(PendingRequest request) {
        if (!ended) {
            (request.isTransaction() ? transactions : singles).queue.add(request);
            pump();
        }
    }

    /** No answer is delivered from now on, and what is still queued is not sent. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        transactions.queue.clear();
        singles.queue.clear();
        heldBack.clear();
        if (!lost.isEmpty()) {
            List<RequestKey> unanswered = new ArrayList<>();
            lost.forEach(request -> unanswered.addAll(request.keys()));
            quarantine.broke(unanswered, host.nanos());
        }
    }

    /** The connection is gone, with all that was under way on it. */
    void broken() {
        if (!ended && !hangingUp && lost.isEmpty() && inFlight == 0) {
            quarantine.brokeIdle();
        }
        end();
    }

    /** Whether a node's creation is not to be sent together with others'. */
    boolean goesApart(RequestKey key) {
        return quarantine.goesApart(key, host.nanos());
    }

    boolean hasQuarantined() {
        return !quarantine.isEmpty();
    }

    /** How many requests wait for a server that has no time for them. From any thread. */
    int putOff() {
        return putOff.get();
    }

    /**
     * A connection that broke takes nothing more: what is handed to the client now it would send on the next. One that is
     * being closed takes it in vain, and whoever was sent would be suspected.
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
            first.sendNext();
        }
        boolean overdue = !heldBack.isEmpty() && host.nanos() - heldSince >= LONGEST_HOLD;
        if (!overdue) {
            transactions.sendNext();
            singles.sendNext();
        }
        if (!heldBack.isEmpty() && inFlight == 0 && (overdue || isIdle())) {
            tryHeldBack(overdue);
        }
    }

    private boolean isIdle() {
        return !paused && transactions.queue.isEmpty() && singles.queue.isEmpty();
    }

    private void tryHeldBack(boolean overdue) {
        long now = host.nanos();
        long quietIn = lastFree + QUIET.toNanos() - now;
        boolean goesOn = now - lastApart < QUIET.toNanos();
        if (overdue || goesOn || quietIn <= 0) {
            sendHeldBack();
        } else if (!lookingForQuiet) {
            lookingForQuiet = true;
            host.schedule(Duration.ofNanos(quietIn), () -> {
                lookingForQuiet = false;
                pump();
            });
        }
    }

    /** The least suspect of those held back, as many as may go together. */
    private void sendHeldBack() {
        int rank = heldBack.stream().mapToInt(this::rank).min().orElse(0);
        List<PendingRequest> group = new ArrayList<>();
        int limit = Integer.MAX_VALUE;
        int size = 0;
        for (Iterator<PendingRequest> waiting = heldBack.iterator(); waiting.hasNext(); ) {
            PendingRequest request = waiting.next();
            if (rank(request) != rank) {
                continue;
            }
            limit = Math.min(limit, groupLimit(request));
            size += request.keys().size();
            if (!group.isEmpty() && size > limit) {
                break;
            }
            waiting.remove();
            group.add(request);
        }
        heldSince = host.nanos();
        apart = group.size();
        group.forEach(this::send);
    }

    private int rank(PendingRequest request) {
        return request.keys().stream().mapToInt(quarantine::rank).max().orElse(0);
    }

    private int groupLimit(PendingRequest request) {
        return request.keys().stream().mapToInt(quarantine::groupLimit).min().orElse(1);
    }

    private Verdict verdict(PendingRequest request) {
        if (quarantine.isEmpty()) {
            return Verdict.FREE;
        }
        long now = host.nanos();
        Verdict worst = Verdict.FREE;
        for (RequestKey key : request.keys()) {
            Verdict verdict = quarantine.verdict(key, now);
            worst = verdict.compareTo(worst) > 0 ? verdict : worst;
        }
        return worst;
    }

    private void holdBack(PendingRequest request) {
        if (heldBack.isEmpty()) {
            heldSince = host.nanos();
        }
        request.late = true;
        heldBack.add(request);
    }

    private void refuse(PendingRequest request, Code code) {
        Quarantine.Refusal refusal = quarantine.refusal(worst(request), host.nanos());
        host.execute(() -> {
            if (!ended) {
                request.answer.accept(Reply.refused(code, request.path(), refusal));
            }
        });
    }

    private RequestKey worst(PendingRequest request) {
        RequestKey worst = request.keys().get(0);
        for (RequestKey key : request.keys()) {
            worst = quarantine.rank(key) > quarantine.rank(worst) ? key : worst;
        }
        return worst;
    }

    private void send(PendingRequest request) {
        inFlight++;
        try {
            request.send.to(reply -> host.execute(() -> answered(request, reply)));
        } catch (IllegalArgumentException e) {
            // A path that the client itself refuses: answered like a refusal of the server's.
            host.execute(() -> answered(request, Reply.of(Code.BADARGUMENTS.intValue(), request.path())));
        }
    }

    private void answered(PendingRequest request, Reply reply) {
        inFlight--;
        windowOf(request).inFlight -= apart > 0 ? 0 : 1;
        if (apart > 0) {
            apart--;
            lastApart = host.nanos();
        } else {
            lastFree = host.nanos();
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

    /** Of several that were the same, one answer clears all. */
    private void releaseAcquitted() {
        if (heldBack.isEmpty() || apart > 0 || isOver()) {
            return;
        }
        heldBack.removeIf(request -> {
            Verdict verdict = verdict(request);
            if (verdict != Verdict.SUSPECT) {
                windowOf(request).queue.add(request);
            }
            return verdict != Verdict.SUSPECT;
        });
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
            windowOf(request).repeat(request);
            return;
        } else if (kind == ErrorKind.ANSWER) {
            pauses.reset();
            windowOf(request).answered();
            cleared(request);
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

    private void cleared(PendingRequest request) {
        if (request.kind.mayBeUnknown()) {
            quarantine.proven(request.kind);
        }
        if (!quarantine.isEmpty()) {
            request.keys().forEach(quarantine::answered);
        }
    }

    private void refuseAll(RequestKind unknown) {
        singles.queue.removeIf(request -> {
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
        if (paused) {
            return;
        }
        paused = true;
        host.schedule(pauses.next(), () -> {
            paused = false;
            transactions.takeRepeats();
            singles.takeRepeats();
            pump();
        });
    }

    /** Requests with a common bound. */
    private final class Window {
        private final int limit;
        private final RateLimit rate;
        private final ArrayDeque<PendingRequest> queue = new ArrayDeque<>();
        private final ArrayDeque<PendingRequest> repeats = new ArrayDeque<>();
        private int inFlight;
        /** At most the limit; less for a server that has no time. */
        private int allowed;

        private boolean waitingForRate;

        private Window(int limit, RateLimit rate) {
            this.limit = limit;
            this.rate = rate;
            this.allowed = limit;
        }

        private void sendNext() {
            while (!isOver() && apart == 0 && wantsQuiet == null && !waitingForRate && inFlight < allowed) {
                PendingRequest next = queue.peek();
                if (next == null) {
                    return;
                }
                switch (verdict(next)) {
                    case REFUSED ->
                        refuse(
                                queue.remove(),
                                quarantine.isUnknown(next.kind) ? Code.UNIMPLEMENTED : Code.CONNECTIONLOSS);
                    case SUSPECT -> {
                        // Sent after others a removal would hit the watch that was armed anew meanwhile.
                        if (next.kind == RequestKind.REMOVE_WATCHES) {
                            sendInOrder(next, true);
                        } else {
                            holdBack(queue.remove());
                        }
                    }
                    case FREE -> sendInOrder(next, quarantine.isUnproven(next.kind));
                }
            }
        }

        private void sendInOrder(PendingRequest next, boolean alone) {
            if (alone && RequestQueue.this.inFlight > 0) {
                wantsQuiet = this;
                return;
            }
            long wait = rate.reserve(next.operations, host.nanos());
            if (wait > 0) {
                waitForRate(wait);
                return;
            }
            queue.remove();
            if (alone) {
                apart = 1;
            } else {
                inFlight++;
            }
            send(next);
        }

        private void waitForRate(long nanos) {
            waitingForRate = true;
            host.schedule(Duration.ofNanos(nanos), () -> {
                waitingForRate = false;
                pump();
            });
        }

        /** The server was not in a position to look at it. */
        private void repeat(PendingRequest request) {
            request.late = true;
            repeats.add(request);
            if (!paused) {
                allowed = Math.max(1, allowed / 2);
            }
            pause();
        }

        private void takeRepeats() {
            while (!repeats.isEmpty()) {
                queue.addFirst(repeats.removeLast());
            }
        }

        private void answered() {
            if (allowed < limit) {
                allowed++;
            }
        }
    }
}
