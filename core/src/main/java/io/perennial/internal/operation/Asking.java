package io.perennial.internal.operation;

import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * The step of an attempt that sends a request. Whether a thread waits for the answer or none does, is up to the driver;
 * what the answer means is decided here in either case.
 *
 * @param request what is sent
 * @param sender for it
 * @param boundTo the server session that it is for
 * @param conclusion what its answer means
 * @param <R> what is answered
 * @param <T> what the call returns
 */
record Asking<R extends @Nullable Object, T extends @Nullable Object>(
        Sending<R> request, Sender sender, long boundTo, Conclusion<R, T> conclusion) implements Attempts.Step<T> {

    /**
     * What became of a request.
     *
     * @param <R> what is answered
     */
    @FunctionalInterface
    interface Answer<R extends @Nullable Object> {
        /**
         * Returns the server's answer.
         *
         * @throws KeeperException the server's answer, or a connection problem
         * @throws InterruptedException when the thread was interrupted before the request was sent
         * @throws UnansweredException when the answer is no longer awaited
         */
        R get() throws KeeperException, InterruptedException, UnansweredException;
    }

    /**
     * What comes next.
     *
     * @param <R> what is answered
     * @param <T> what the call returns
     */
    @FunctionalInterface
    interface Conclusion<R extends @Nullable Object, T extends @Nullable Object> {
        /** Asks once; throws as {@link Attempts#next} does. */
        Attempts.Step<T> of(Answer<R> answer) throws InterruptedException;
    }

    /** Sends it on the calling thread, which waits. */
    Attempts.Step<T> here(CallProgress progress) throws InterruptedException {
        return conclusion.of(() -> sender.send(request::send, progress, boundTo));
    }
}
