package io.perennial.internal.operation;

import io.perennial.ResilientSessionException;
import io.perennial.operation.CuratorCall;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionReplacedException;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** A user's call: repeated as its effect allows. */
final class CallAttempts<T extends @Nullable Object> implements Attempts<T> {
    private final SessionView session;
    private final Sender sender;
    private final AttemptLimits limits;
    private final CallOptions scope;
    private final Effect effect;
    private final CuratorCall<T> call;
    private final CallProgress course;

    CallAttempts(
            SessionView session,
            Sender sender,
            AttemptLimits limits,
            CallOptions scope,
            Effect effect,
            CuratorCall<T> call,
            CallProgress course) {
        this.session = session;
        this.sender = sender;
        this.limits = limits;
        this.scope = scope;
        this.effect = effect;
        this.call = call;
        this.course = course;
    }

    @Override
    public CallProgress course() {
        return course;
    }

    @Override
    public Step<T> outOfTime() {
        scope.refuseIfGone(session);
        throw course.noSession();
    }

    @Override
    public Step<T> next() throws InterruptedException {
        scope.refuseIfGone(session);
        if (!session.isAttached()) {
            limits.refuseIfHopeless();
            return new AwaitSession<>();
        }
        course.attempt();
        try {
            T result = sender.send(call, course, scope.boundTo(session));
            course.complete();
            return new Done<>(result);
        } catch (UnansweredException e) {
            throw unanswered(e);
        } catch (SessionReplacedException e) {
            scope.refuseIfGone(session);
            return new Pause<>(CallProgress.LOOK_AGAIN_MILLIS);
        } catch (KeeperException e) {
            return new Pause<>(course.pauseAfter(effect, e));
        }
    }

    private ResilientSessionException unanswered(UnansweredException e) {
        return e.isInterrupted() && effect != Effect.ONCE
                ? new ResilientSessionException(course.message(e.why()), e)
                : course.withoutAnswer(effect, e.why(), e);
    }
}
