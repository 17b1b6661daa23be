package io.perennial.internal.session;

import io.perennial.test.FaultProxy;
import io.perennial.test.JvmProcess;
import io.perennial.test.ServerProcess;
import java.time.Duration;
import java.util.Random;

/** Kinds of trouble between a client's JVM and a server's, each begun, kept up for a while and ended. */
enum Outage {
    CUT((site, length, random) -> {
        site.proxy().disconnect();
        last(length);
        site.proxy().accept();
    }),
    FREEZE((site, length, random) -> {
        site.proxy().freeze();
        last(length);
        site.proxy().thaw();
    }),
    LOST_ACKNOWLEDGEMENTS((site, length, random) -> {
        site.proxy().freezeResponses();
        last(length.dividedBy(2));
        // What is held, is lost; from now on nothing gets through, so that the server can expire the session.
        site.proxy().disconnect();
        last(length.dividedBy(2));
        site.proxy().thaw();
        site.proxy().accept();
    }),
    SERVER_RESTARTED((site, length, random) -> {
        if (random.nextBoolean()) {
            site.server().kill();
        } else {
            site.server().stop();
        }
        last(length.dividedBy(2));
        // With its clocks set anew, it expires the session if the client stays away for long enough after that.
        site.proxy().refuse();
        site.server().start();
        last(length);
        site.proxy().accept();
    }),
    SERVER_FROZEN((site, length, random) -> {
        site.server().pause();
        last(length);
        site.server().resume();
    }),
    JVM_STOPPED((site, length, random) -> {
        site.client().pause();
        last(length);
        site.client().resume();
    }),
    JVM_STUTTERS((site, length, random) -> {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() - end < 0) {
            site.client().pause();
            last(length.dividedBy(2 + random.nextInt(6)));
            site.client().resume();
            last(Duration.ofMillis(1 + random.nextInt(20)));
        }
    }),
    JVM_STOPPED_WHILE_CUT((site, length, random) -> {
        site.proxy().disconnect();
        last(length.multipliedBy(random.nextInt(8)).dividedBy(10));
        site.client().pause();
        last(length.dividedBy(2));
        site.client().resume();
        site.proxy().accept();
    }),
    SERVER_FROZEN_THEN_CUT((site, length, random) -> {
        site.server().pause();
        last(length.dividedBy(3));
        site.proxy().disconnect();
        site.server().resume();
        last(length);
        site.proxy().accept();
    });

    /** Who is hit. */
    record Site(FaultProxy proxy, ServerProcess server, JvmProcess client) {}

    /** What happens, in order. */
    @FunctionalInterface
    private interface Course {
        void run(Site site, Duration length, Random random) throws InterruptedException;
    }

    private final Course course;

    Outage(Course course) {
        this.course = course;
    }

    void happen(Site site, Duration length, Random random) throws InterruptedException {
        course.run(site, length, random);
    }

    /** How long an outage takes is what makes it; nothing is concluded from the time. */
    private static void last(Duration length) throws InterruptedException {
        Thread.sleep(length.toMillis());
    }
}
