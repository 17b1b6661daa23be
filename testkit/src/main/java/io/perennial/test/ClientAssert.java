package io.perennial.test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Assertions about a client of ZooKeeper.
 *
 * @param <S> the assertion's own type
 * @param <A> the client's type
 */
public abstract class ClientAssert<S extends ClientAssert<S, A>, A> extends WaitingAssert<S, A> {
    private static final Duration ANSWER = Duration.ofSeconds(3);

    ClientAssert(A actual, Class<S> type) {
        super(actual, type);
    }

    /**
     * Waits until the client is connected and works: it answers a synchronous call and an asynchronous one, whose
     * callback runs. A client that reports that it is connected but does not answer these has not recovered.
     *
     * @return how long it took, to be limited by {@link Recovery#within(Duration)}
     */
    public Recovery recovers() {
        return new Recovery(subject(), waitFor("recovers", this::tryAll));
    }

    abstract boolean isConnected();

    abstract void callAndWait() throws Exception;

    /** Calls {@code done} when the answer has come and the client has run the callback. */
    abstract void callInBackground(Runnable done) throws Exception;

    /** Whatever else has to work. */
    void tryMore() throws Exception {}

    private void tryAll() throws Exception {
        if (!isConnected()) {
            throw new IllegalStateException("not connected");
        }
        callAndWait();
        CountDownLatch done = new CountDownLatch(1);
        callInBackground(done::countDown);
        awaitCallback("callback of a background call", done);
        tryMore();
    }

    static void awaitCallback(String what, CountDownLatch done) throws InterruptedException {
        if (!done.await(ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("no " + what + " within " + ANSWER);
        }
    }
}
