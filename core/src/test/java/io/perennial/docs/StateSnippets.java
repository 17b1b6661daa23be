package io.perennial.docs;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionReplacedException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Of {@code docs/states.md}. */
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

        void tellAPerson(String what) {
            last = "tell";
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
            case FAILED -> work.tellAPerson(t.detail()); // credentials, chroot or policy: it does not mend itself
            case SUSPENDED, RESTORING, READ_ONLY, CONNECTING -> work.mayBegin(false); // begin nothing new, drop nothing
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
            // The servers cannot have given our ephemeral nodes to anybody else, as of now.
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
                    .inGeneration(decidedIn) // not in any later session, whatever happens on the way
                    .call(Effect.ONCE, c -> c.setData().forPath("/job", result));
        } catch (SessionReplacedException e) {
            work.stop("another worker may have the job by now: " + e.getMessage());
        }
        // [end]
    }
}
