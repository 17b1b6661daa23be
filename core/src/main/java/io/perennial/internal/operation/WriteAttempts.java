package io.perennial.internal.operation;

import io.github.resilience4j.core.IntervalFunction;
import io.perennial.internal.engine.Backoff;
import io.perennial.internal.operation.InDoubtResolution.Finding;
import io.perennial.internal.operation.InDoubtResolution.Verdict;
import io.perennial.operation.Fence;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.operation.Write;
import io.perennial.operation.Write.Check;
import io.perennial.operation.WriteOutcome;
import io.perennial.operation.WriteOutcome.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** A set of writes, applied at most once: an attempt without an answer is settled before there is another. */
final class WriteAttempts implements Attempts<WriteOutcome> {
    private static final IntervalFunction LOOKS = Backoff.fullJitter(Duration.ofMillis(50), Duration.ofSeconds(1));

    private final SessionView session;
    private final Sender sender;
    /** For checking, which the caller's limits must not refuse. */
    private final Sender own;

    private final AttemptLimits limits;
    private final Witnesses witnesses;
    private final CallOptions options;
    private final List<Write> writes;
    private final CallProgress progress;

    /** Those without an answer, the last one last; none of them was found to be applied. */
    private List<Request> unanswered = List.of();
    /** Where it was found that none of them was applied; null until that has been found out. */
    private @Nullable Object settledOn;

    private int looks;
    /** The last request that was applied, or may have been. */
    private @Nullable Request applied;
    /** All requests whose outcome a witness may show. */
    private final List<Request> sent = new ArrayList<>();

    WriteAttempts(
            SessionView session,
            Sender sender,
            Sender own,
            AttemptLimits limits,
            Witnesses witnesses,
            CallOptions options,
            List<Write> writes,
            CallProgress progress) {
        this.session = session;
        this.sender = sender;
        this.own = own;
        this.limits = limits;
        this.witnesses = witnesses;
        this.options = options;
        this.writes = writes;
        this.progress = progress;
    }

    @Override
    public CallProgress progress() {
        return progress;
    }

    /** The last request that was applied or may have been, and so may have left a witness. */
    @Nullable
    Request settled() {
        return applied;
    }

    /** The outcome is known, or no longer awaited. */
    void dismissWitnesses() {
        sent.forEach(witnesses::dismiss);
    }

    @Override
    public Step<WriteOutcome> outOfTime() {
        if (isInDoubt()) {
            return unknown(last(), false, "the session was not back in time to find out");
        }
        options.refuseIfGone(session);
        throw progress.noSession();
    }

    @Override
    public Step<WriteOutcome> interrupted(InterruptedException e) {
        if (!isInDoubt()) {
            throw progress.interrupted(e);
        }
        Thread.currentThread().interrupt();
        return unknown(last(), false, "the thread was interrupted before it could find out");
    }

    @Override
    public Step<WriteOutcome> next() throws InterruptedException {
        return isInDoubt() || hasMoved() ? settle() : send();
    }

    private boolean isInDoubt() {
        return !unanswered.isEmpty() && settledOn == null;
    }

    /**
     * Whether the finding no longer holds: a server that was paused reads a request late, and refuses it while its
     * session is elsewhere, but not when the session has come back to it. There it comes before a {@link Barrier}, and
     * so before the look.
     */
    private boolean hasMoved() {
        return settledOn != null && !settledOn.equals(session.connection());
    }

    private Request last() {
        return unanswered.get(unanswered.size() - 1);
    }

    private Step<WriteOutcome> send() {
        options.refuseIfGone(session);
        if (!session.isAttached()) {
            limits.refuseIfHopeless();
            return new AwaitSession<>();
        }
        SessionView.ServerSession current = session.serverSession();
        if (current.sessionId() == 0) {
            return new Pause<>(1); // Just refused by the server; the state follows.
        }
        progress.attempt();
        return send(current, List.of());
    }

    /** With the checks of the first fences; those of the others are looked up before. */
    private Step<WriteOutcome> send(SessionView.ServerSession current, List<Check> known) {
        List<Check> checks = known;
        for (Fence fence :
                options.fences().subList(known.size(), options.fences().size())) {
            if (fence instanceof Fence.Version version) {
                checks = and(checks, Write.check(version.path(), version.version()));
            } else {
                return look((Fence.Owner) fence, current, checks);
            }
        }
        return send(Request.of(checks, writes, options.witnessParent(), current));
    }

    private static List<Check> and(List<Check> checks, Check another) {
        return Stream.concat(checks.stream(), Stream.of(another)).toList();
    }

    private Step<WriteOutcome> send(Request request) {
        sent.add(request);
        witnesses.await(request);
        var sending = new WriteSending(request, this::hasMoved);
        return new Asking<>(
                sending, sender, request.sentTo().sessionId(), answer -> conclude(request, sending, answer));
    }

    private Step<WriteOutcome> conclude(Request request, WriteSending sending, Asking.Answer<List<Result>> answer)
            throws InterruptedException {
        try {
            List<Result> results = answer.get();
            progress.complete();
            applied = request;
            return new Done<>(WriteOutcome.applied(results, "applied and acknowledged"));
        } catch (UnansweredException e) {
            return unknown(request, false, e.why());
        } catch (SessionClosedException e) {
            return unknown(request, false, "the session was closed during the call");
        } catch (KeeperException e) {
            if (CallProgress.isAnswer(e)) {
                progress.complete();
                return new Done<>(WriteOutcome.refused(
                        e.code(), "session '" + session.name() + "': not applied, " + sending.describeRefusal(e)));
            }
            if (Sender.isSurelyNotApplied(e) || request.changesNothing()) {
                return new Pause<>(progress.pauseAfter(e));
            }
            leaveInDoubt(request);
            return new Pause<>(CallProgress.LOOK_AGAIN_MILLIS);
        } catch (SessionReplacedException e) {
            // Between the look at the session and the request; the next attempt reports it if the caller is bound to
            // it.
            return new Pause<>(CallProgress.LOOK_AGAIN_MILLIS);
        }
    }

    private void leaveInDoubt(Request request) {
        unanswered = Stream.concat(unanswered.stream(), Stream.of(request)).toList();
        settledOn = null;
    }

    /** What the server must check for a fence; or the outcome if the fence already fails. */
    private Step<WriteOutcome> look(Fence.Owner owner, SessionView.ServerSession current, List<Check> checks) {
        if (owner.sessionId() != current.sessionId()) {
            return refused(
                    Code.SESSIONEXPIRED,
                    "session '" + session.name() + "': not applied, fence: session 0x"
                            + Long.toHexString(owner.sessionId()) + ", which must own " + owner.path()
                            + ", is not the current one, 0x" + Long.toHexString(current.sessionId()));
        }
        return new Asking<>(
                new NodeLook(owner.path()),
                sender,
                current.sessionId(),
                answer -> looked(owner, current, checks, answer));
    }

    private Step<WriteOutcome> looked(
            Fence.Owner owner,
            SessionView.ServerSession current,
            List<Check> checks,
            Asking.Answer<Optional<Stat>> answer)
            throws InterruptedException {
        @Nullable Stat stat;
        try {
            stat = answer.get().orElse(null);
        } catch (KeeperException e) {
            return afterLook(e);
        } catch (UnansweredException e) {
            if (session.isClosed()) {
                options.refuseIfGone(session);
            }
            throw new SessionUnavailableException(progress.message(e.why() + "; nothing was applied"), e);
        } catch (SessionReplacedException e) {
            return new Pause<>(CallProgress.LOOK_AGAIN_MILLIS);
        }
        if (stat == null) {
            return refused(
                    Code.NONODE, "session '" + session.name() + "': not applied, fence: " + owner.path() + " is gone");
        }
        if (stat.getEphemeralOwner() != owner.sessionId()) {
            return refused(
                    Code.BADVERSION,
                    "session '" + session.name() + "': not applied, fence: " + owner.path() + " is owned by session 0x"
                            + Long.toHexString(stat.getEphemeralOwner()) + ", not by 0x"
                            + Long.toHexString(owner.sessionId()));
        }
        return send(current, and(checks, Write.check(owner.path(), stat.getVersion())));
    }

    private Step<WriteOutcome> refused(Code code, String why) {
        progress.complete();
        return new Done<>(WriteOutcome.refused(code, why));
    }

    private Step<WriteOutcome> afterLook(KeeperException e) {
        if (!CallProgress.isAnswer(e)) {
            return new Pause<>(progress.pauseAfter(e));
        }
        progress.complete();
        throw new OperationFailedException(
                "session '" + session.name() + "': the server answered " + e.code() + " for the fence " + e.getPath(),
                e);
    }

    private Step<WriteOutcome> settle() throws InterruptedException {
        settledOn = null;
        if (session.isClosed()) {
            return unknown(last(), false, "the session was closed before it could find out");
        }
        if (!session.isAttached()) {
            return new AwaitSession<>();
        }
        Object connection = session.connection();
        SessionView.ServerSession current = session.serverSession();
        try {
            return settled(own.send(c -> find(c, current), progress, current.sessionId()), connection, current);
        } catch (UnansweredException e) {
            return unknown(last(), false, e.why() + " when asked for the outcome");
        } catch (KeeperException e) {
            return CallProgress.isAnswer(e)
                    ? unknown(last(), false, "the server answered " + e.code() + " when asked for the outcome")
                    : new Pause<>(Math.min(LOOKS.apply(++looks), progress.left().toMillis()));
        } catch (SessionReplacedException e) {
            return new Pause<>(CallProgress.LOOK_AGAIN_MILLIS);
        } catch (RuntimeException e) {
            return unknown(last(), false, "the outcome could not be looked up: " + e.getMessage());
        }
    }

    /**
     * One of them that was applied; otherwise one that cannot be decided; otherwise the last, which was not applied.
     */
    private Found find(CuratorFramework curator, SessionView.ServerSession current) throws Exception {
        Found unclear = null;
        for (Request request : unanswered) {
            Finding finding = InDoubtResolution.of(curator, request, current.sessionId());
            if (finding.verdict() == Verdict.APPLIED) {
                return new Found(request, finding);
            }
            if (finding.verdict() == Verdict.CANNOT_TELL) {
                unclear = new Found(request, finding);
            }
        }
        return unclear != null ? unclear : new Found(last(), Finding.NOT_APPLIED);
    }

    private record Found(Request request, Finding finding) {}

    private Step<WriteOutcome> settled(Found found, Object connection, SessionView.ServerSession current) {
        Request request = found.request;
        Finding finding = found.finding;
        return switch (finding.verdict()) {
            case APPLIED -> {
                progress.complete();
                applied = request;
                yield new Done<>(WriteOutcome.applied(
                        finding.results(), request + ": applied, as was found out after its acknowledgement was lost"));
            }
            case NOT_APPLIED -> {
                unanswered = unanswered.stream()
                        .map(one -> one.notAppliedUntil(current.zxid()))
                        .toList();
                settledOn = connection;
                options.refuseIfGone(session);
                yield new Pause<>(progress.pauseAfter(new KeeperException.ConnectionLossException()));
            }
            case CANNOT_TELL ->
                unknown(
                        request,
                        finding.matches(),
                        finding.matches()
                                ? "everything is as this write would have left it, but another client may have done the"
                                        + " same"
                                : "other clients have changed the nodes since");
        };
    }

    private Step<WriteOutcome> unknown(Request request, boolean matches, String why) {
        applied = request;
        return new Done<>(WriteOutcome.unknown(
                matches,
                progress.message(request + ": the acknowledgement was lost, and " + why)
                        + "; check the data before repeating it"));
    }
}
