package io.perennial.internal.operation;

import io.perennial.operation.Fence;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The restrictions that a caller has put on its operations.
 *
 * @param timeout for a whole call
 * @param generation the only one to run in; 0 for any
 * @param fences what must hold for a write
 * @param witnessParent the node below which writes leave a witness; null for none
 */
record CallOptions(
        Duration timeout,
        long generation,
        List<Fence> fences,
        @Nullable String witnessParent) {
    private static final long ANY_GENERATION = 0;

    static CallOptions within(Duration timeout) {
        return new CallOptions(timeout, ANY_GENERATION, List.of(), null);
    }

    CallOptions withTimeout(Duration other) {
        return new CallOptions(other, generation, fences, witnessParent);
    }

    CallOptions withGeneration(long other) {
        return new CallOptions(timeout, other, fences, witnessParent);
    }

    CallOptions withFence(Fence another) {
        return new CallOptions(
                timeout,
                generation,
                Stream.concat(fences.stream(), Stream.of(another)).toList(),
                witnessParent);
    }

    CallOptions withWitnessBelow(String parent) {
        return new CallOptions(timeout, generation, fences, parent);
    }

    /** Nothing may be sent any more: the session is closed, or the generation is gone. */
    void refuseIfGone(SessionView session) {
        if (session.isClosed()) {
            throw new SessionClosedException("session '" + session.name() + "' is closed");
        }
        if (generation != ANY_GENERATION) {
            long now = session.serverSession().generation();
            if (generation != now) {
                throw new SessionReplacedException(
                        "session '" + session.name() + "': the call is bound to generation " + generation
                                + ", and the current generation is " + now
                                + "; nothing was sent. Decide again in this session");
            }
        }
    }

    /** The id of the only session that a request may go to; any when the call is not bound to one. */
    long boundTo(SessionView session) {
        if (generation == ANY_GENERATION) {
            return CallBinding.ANY_SESSION;
        }
        SessionView.ServerSession current = session.serverSession();
        return current.generation() == generation && current.sessionId() != 0
                ? current.sessionId()
                : CallBinding.NO_SESSION;
    }
}
