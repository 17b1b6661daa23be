package io.perennial.internal.operation;

import io.perennial.internal.engine.Arguments;
import io.perennial.internal.operation.Attempts.Done;
import io.perennial.internal.operation.Attempts.Pause;
import io.perennial.internal.operation.Attempts.Step;
import io.perennial.operation.BackgroundCall;
import io.perennial.operation.CuratorCall;
import io.perennial.operation.Effect;
import io.perennial.operation.Fence;
import io.perennial.operation.Operations;
import io.perennial.operation.Resilience;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.utils.PathUtils;
import org.jspecify.annotations.Nullable;

/** The operations of one session; internal to the library. Blocks only the calling thread. */
public final class SessionOperations implements Operations {
    /** How often a caller with a circuit breaker checks whether waiting has become pointless. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Shared shared;
    private final CallOptions options;

    /** What all views of a session's operations have in common. */
    private record Shared(
            CuratorFramework curator,
            SessionView session,
            Resilience resilience,
            AttemptLimits limits,
            Deadlines deadlines,
            Sender sender,
            Sender own,
            Witnesses witnesses,
            AsynchronousRuns runs) {}

    /**
     * Makes them.
     *
     * @param witnesses of this session's writes
     * @param timeout for a whole call
     * @param curator what calls run on
     * @param resilience what calls go through
     * @param session the session
     * @param executor runs asynchronous calls
     * @param overdue ends asynchronous calls whose time is up
     * @param completions completes futures; never rejects
     */
    public SessionOperations(
            Witnesses witnesses,
            Duration timeout,
            CuratorFramework curator,
            Resilience resilience,
            SessionView session,
            Executor executor,
            Executor overdue,
            Executor completions) {
        var limits = new AttemptLimits(session, resilience);
        var alarm = new Alarm(session, this::tick);
        var deadlines = new Deadlines(alarm);
        this.shared = new Shared(
                curator,
                session,
                resilience,
                limits,
                deadlines,
                new Sender(session, curator, limits, deadlines),
                new Sender(session, curator, AttemptLimits.none(session, resilience.retry()), deadlines),
                witnesses,
                new AsynchronousRuns(session, executor, completions, overdue, limits, alarm));
        this.options = CallOptions.within(timeout);
    }

    private SessionOperations(Shared shared, CallOptions options) {
        this.shared = shared;
        this.options = options;
    }

    /** Time passes, or a deadline has passed: ends late calls. On the engine's thread. */
    public void tick() {
        shared.deadlines.enforce(System.nanoTime());
        shared.runs.wake();
    }

    /** The engine has stopped: calls that wait for it end. From any thread, and more than once. */
    public void end() {
        shared.runs.end();
    }

    /** The session's state has changed. On the engine's thread. */
    public void stateChanged() {
        shared.runs.stateChanged();
    }

    @Override
    public Resilience resilience() {
        return shared.resilience;
    }

    @Override
    public Operations inGeneration(long generation) {
        if (generation < 1) {
            throw new IllegalArgumentException("generation is " + generation + "; the first server session has 1");
        }
        return new SessionOperations(shared, options.withGeneration(generation));
    }

    @Override
    public Operations within(Duration timeout) {
        if (timeout == null || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it must be positive");
        }
        return new SessionOperations(shared, options.withTimeout(timeout));
    }

    @Override
    public Operations fencedBy(Fence fence) {
        return new SessionOperations(
                shared, options.withFence(Arguments.notNull("fence", fence, "give one, or leave the call out")));
    }

    @Override
    public Operations witnessedBelow(String parent) {
        PathUtils.validatePath(parent);
        return new SessionOperations(shared, options.withWitnessBelow(parent));
    }

    @Override
    public <T extends @Nullable Object> T call(Effect effect, CuratorCall<T> call) {
        return await(attempts(effect, call));
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(Effect effect, CuratorCall<T> call) {
        return run(attempts(effect, call)).start();
    }

    @Override
    public CompletableFuture<CuratorEvent> callInBackground(Effect effect, BackgroundCall call) {
        Arguments.notNull("effect", effect, "give READ, IDEMPOTENT or ONCE");
        Arguments.notNull("call", call, "give what is to be called");
        if (!shared.session.bindsHandles()) {
            throw new IllegalStateException("session '" + shared.session.name()
                    + "' has its handles made by a ZookeeperFactory on curator(...), which cannot keep Curator from"
                    + " repeating a background operation; use callAsync");
        }
        return run(repeated(effect, new BackgroundSending(call))).startHere();
    }

    private <T extends @Nullable Object> AsynchronousRun<T> run(Attempts<T> attempts) {
        return new AsynchronousRun<>(attempts, shared.session, shared.runs);
    }

    private <T extends @Nullable Object> Attempts<T> attempts(Effect effect, CuratorCall<T> call) {
        Arguments.notNull("effect", effect, "give READ, IDEMPOTENT or ONCE");
        Arguments.notNull("call", call, "give what is to be called");
        return repeated(effect, call::run);
    }

    private <T extends @Nullable Object> Attempts<T> repeated(Effect effect, Sending<T> call) {
        return new CallAttempts<>(shared.session, shared.sender, shared.limits, options, effect, call, progress());
    }

    @Override
    public WriteOutcome transaction(Write... writes) {
        WriteAttempts attempts = attempts(writes);
        try {
            return await(attempts);
        } finally {
            end(attempts);
        }
    }

    @Override
    public CompletableFuture<WriteOutcome> transactionAsync(Write... writes) {
        WriteAttempts attempts = attempts(writes);
        return run(attempts).startHere().whenComplete((outcome, failure) -> end(attempts));
    }

    private WriteAttempts attempts(Write... writes) {
        List<Write> list = List.of(writes);
        if (list.isEmpty()) {
            throw new IllegalArgumentException("writes are empty; give at least one, for example Write.create(...)");
        }
        PacketLimit.check(list, shared.session.maxPacket());
        return new WriteAttempts(
                shared.session, shared.sender, shared.own, shared.limits, shared.witnesses, options, list, progress());
    }

    /** The witness is ephemeral: should its removal fail, the session's end removes it. */
    private void end(WriteAttempts attempts) {
        attempts.dismissWitnesses();
        Request request = attempts.settled();
        Write.Create witness = request == null ? null : request.witness();
        if (witness != null) {
            CompletableFuture<?> unused = run(new CallAttempts<>(
                            shared.session,
                            shared.own,
                            shared.limits,
                            CallOptions.within(options.timeout()),
                            Effect.IDEMPOTENT,
                            new NodeRemoval(witness.path()),
                            progress()))
                    .startHere();
        }
    }

    private CallProgress progress() {
        return new CallProgress(shared.session, shared.resilience.retry(), options.timeout());
    }

    /** Drives the attempts on the calling thread. */
    private <T extends @Nullable Object> T await(Attempts<T> attempts) {
        CallProgress progress = attempts.progress();
        Step<T> step;
        try {
            step = attempts.next();
            while (!(step instanceof Done<T>)) {
                if (step instanceof Asking<?, T> asking) {
                    step = asking.here(progress);
                } else if (step instanceof Pause<T> pause) {
                    TimeUnit.MILLISECONDS.sleep(pause.millis());
                    step = progress.isOver() ? attempts.outOfTime() : attempts.next();
                } else {
                    step = awaitSession(progress) ? attempts.next() : attempts.outOfTime();
                }
            }
        } catch (InterruptedException e) {
            step = attempts.interrupted(e);
        }
        return ((Done<T>) step).value();
    }

    /** Returns when there may be something to do for the next attempt; false when the deadline has passed. */
    private boolean awaitSession(CallProgress progress) throws InterruptedException {
        Duration left = progress.left();
        Duration slice = shared.limits.failFast() && left.compareTo(LOOK) > 0 ? LOOK : left;
        shared.session.awaitAttached(slice);
        return shared.session.isAttached() || shared.session.isClosed() || !progress.isOver();
    }
}
