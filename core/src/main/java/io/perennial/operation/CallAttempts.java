package io.perennial.operation;

import io.perennial.ResilientSessionException;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** A call of the user's: repeated as its effect allows. */
final class CallAttempts<T extends @Nullable Object> implements Attempts<T> {
    /** Until the engine has heard what the handle knows. */
    private static final long LOOK_AGAIN_MILLIS = 5;

    private final SessionGate session;
    private final Sender sender;
    private final Limits limits;
    private final Scope scope;
    private final Effect effect;
    private final CuratorCall<T> call;
    private final Course course;

    CallAttempts(
            SessionGate session,
            Sender sender,
            Limits limits,
            Scope scope,
            Effect effect,
            CuratorCall<T> call,
            Course course) {
        this.session = session;
        this.sender = sender;
        this.limits = limits;
        this.scope = scope;
        this.effect = effect;
        this.call = call;
        this.course = course;
    }

    @Override
    public Course course() {
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
            return new Pause<>(LOOK_AGAIN_MILLIS); // The engine has not heard yet what the handle knows.
        } catch (KeeperException e) {
            return afterError(e);
        }
    }

    private Step<T> afterError(KeeperException e) {
        if (effect == Effect.ONCE ? Course.isAnswer(e) : !Course.isTrouble(e)) {
            course.complete();
            throw new OperationFailedException(
                    "session '" + session.name() + "': the server answered " + e.code() + " for " + e.getPath(), e);
        }
        if (effect == Effect.ONCE && !Sender.isSurelyNotApplied(e)) {
            throw new OutcomeUnknownException(
                    course.message("the acknowledgement was lost, the call may have been applied")
                            + "; read the data to find out before repeating it",
                    e);
        }
        return new Pause<>(course.pauseAfter(e));
    }

    private RuntimeException unanswered(UnansweredException e) {
        String what = course.message(e.why());
        if (effect == Effect.ONCE) {
            return new OutcomeUnknownException(
                    what + "; the call may have been applied, read the data to find out before repeating it", e);
        }
        return e.isInterrupted() ? new ResilientSessionException(what, e) : new SessionUnavailableException(what, e);
    }
}
