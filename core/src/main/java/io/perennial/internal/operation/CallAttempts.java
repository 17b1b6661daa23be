package io.perennial.internal.operation;

import io.perennial.ResilientSessionException;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionReplacedException;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** A user's call: repeated as its effect allows. */
final class CallAttempts<T extends @Nullable Object> implements Attempts<T>, Asking.Conclusion<T, T> {
    private final SessionView session;
    private final Sender sender;
    private final AttemptLimits limits;
    private final CallOptions options;
    private final Effect effect;
    private final Sending<T> call;
    private final CallProgress progress;

    CallAttempts(
            SessionView session,
            Sender sender,
            AttemptLimits limits,
            CallOptions options,
            Effect effect,
            Sending<T> call,
            CallProgress progress) {
        this.session = session;
        this.sender = sender;
        this.limits = limits;
        this.options = options;
        this.effect = effect;
        this.call = call;
        this.progress = progress;
    }

    @Override
    public CallProgress progress() {
        return progress;
    }

    @Override
    public Step<T> outOfTime() {
        options.refuseIfGone(session);
        throw progress.noSession();
    }

    @Override
    public Step<T> next() {
        options.refuseIfGone(session);
        if (!session.isAttached()) {
            limits.refuseIfHopeless();
            return new AwaitSession<>();
        }
        progress.attempt();
        return new Asking<>(call, sender, options.boundTo(session), this);
    }

    @Override
    public Step<T> of(Asking.Answer<T> answer) throws InterruptedException {
        try {
            T result = answer.get();
            progress.complete();
            return new Done<>(result);
        } catch (UnansweredException e) {
            throw unanswered(e);
        } catch (SessionReplacedException e) {
            options.refuseIfGone(session);
            return new Pause<>(CallProgress.LOOK_AGAIN_MILLIS);
        } catch (KeeperException e) {
            return new Pause<>(progress.pauseAfter(effect, e));
        }
    }

    private ResilientSessionException unanswered(UnansweredException e) {
        return e.isInterrupted() && effect != Effect.ONCE
                ? new ResilientSessionException(progress.message(e.why()), e)
                : progress.withoutAnswer(effect, e.why(), e);
    }
}
