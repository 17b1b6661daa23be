package io.perennial.internal.session;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A program that closes its session in a shutdown hook of its own, unless somebody else has within two seconds. */
final class OwnHookProgram {
    private OwnHookProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        var closed = new CountDownLatch(1);
        @SuppressWarnings("resource") // the hook closes it
        ResilientSession session = ResilientSession.builder()
                .name("own-hook")
                .connectString(arguments[0])
                .sessionTimeout(Duration.ofSeconds(40))
                .closeAtShutdown(false)
                .listener(transition -> {
                    if (transition.to() == SessionState.CLOSED) {
                        System.out.println("CLOSED: " + transition.detail());
                        closed.countDown();
                    }
                })
                .build()
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(session, closed)));
        session.ephemerals().register("/node-0", new byte[1]).whenHeld().join();
        System.out.println("READY");
        new CountDownLatch(1).await();
    }

    private static void end(ResilientSession session, CountDownLatch closed) {
        try {
            if (!closed.await(2, TimeUnit.SECONDS)) {
                session.close();
                closed.await(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
