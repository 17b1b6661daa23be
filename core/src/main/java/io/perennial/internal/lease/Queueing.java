package io.perennial.internal.lease;

import java.time.Duration;

/**
 * Whether an unanswered heartbeat is waiting its turn: answers come in the order of the requests, so while other
 * requests are answered, those are ahead of it. A server that does not answer the heartbeat, or a blocked event thread,
 * answers nothing behind it either. Confined to the event loop.
 */
final class Queueing {
    private long answers;
    private long since;

    /**
     * Time passes.
     *
     * @param answersSoFar how many answers have come, to any request
     */
    void tick(long answersSoFar, long now) {
        if (answers != answersSoFar) {
            answers = answersSoFar;
            since = now;
        }
    }

    /** Whether an answer has come within that time. */
    boolean isMoving(long now, Duration within) {
        return answers != 0 && now - since < within.toNanos();
    }
}
