package io.perennial.docs;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionReplacedException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code on {@code docs/states.md}. */
final class StateSnippets {
    private static final Logger LOG = LoggerFactory.getLogger(StateSnippets.class);

    final Work work = new Work();

    /** What an application does. */
    static final class Work {
        volatile String last = "";

        void mayBegin(boolean yes) {
            last = yes ? "begin" : "hold";
        }

        void stop(String why) {
            last = "stop";
            LOG.info("stop: {}", why);
        }

        void alert(String what) {
            last = "alert";
            LOG.warn("{}", what);
        }

        void pauseWhatIsExclusive() {
            last = "pause";
        }

        byte[] next() {
            return new byte[] {7};
        }
    }

    // [listener]
    void onTransition(SessionTransition t) {
        switch (t.to()) {
            case CONNECTED -> work.mayBegin(true);
            case LOST -> work.stop(t.detail()); // what needs exclusivity; t.diagnosis() says why it was lost
            case FAILED -> work.alert(t.detail()); // credentials, chroot or policy
            case RESTORING, READ_ONLY, CONNECTING -> work.mayBegin(false); // begin nothing new, drop nothing
            case SUSPENDED -> {
                // go on, with new work too: onLapse pauses what needs exclusivity when the lease ends
            }
            case LATENT, CLOSED -> {
                // nothing to do
            }
        }
    }
    // [end]

    ResilientSession start(String connectString) throws InterruptedException {
        // [start]
        ResilientSession session = ResilientSession.builder()
                .connectString(connectString)
                .listener(this::onTransition)
                .build()
                .start(); // returns at once, whether or not a server can be reached

        if (!session.awaitConnected(Duration.ofSeconds(30))) {
            LOG.warn("not connected yet, starting without: {}", session.report());
        }
        // [end]
        return session;
    }

    void lease(ResilientSession session) {
        // [lease]
        session.lease().onLapse(work::pauseWhatIsExclusive); // at that moment, on a thread of its own

        if (session.lease().isHeld()) {
            // As of now the servers cannot have expired the session, nor given its nodes to another client.
            work.mayBegin(true);
        }
        // [end]
    }

    void generation(ResilientSession session) {
        // [generation]
        long decidedIn = session.lease().generation();
        byte[] result = work.next(); // takes a while

        try {
            session.operations()
                    .inGeneration(decidedIn) // refused in any later session
                    .call(Effect.ONCE, c -> c.setData().forPath("/job", result));
        } catch (SessionReplacedException e) {
            work.stop("another worker may have the job by now: " + e.getMessage());
        }
        // [end]
    }
}
