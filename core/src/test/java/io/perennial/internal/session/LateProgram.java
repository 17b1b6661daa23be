package io.perennial.internal.session;

import io.perennial.ResilientSession;
import io.perennial.operation.SessionClosedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A program that starts a session while its JVM shuts down already, which something else holds up. Arguments: the
 * connect string, and whether there was a session before.
 */
final class LateProgram {
    private LateProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        var terminating = new CountDownLatch(1);
        var registered = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            terminating.countDown();
            await(registered);
        }));
        if (Boolean.parseBoolean(arguments[1])) {
            start("earlier", arguments[0]).awaitConnected(Duration.ofSeconds(30));
        }
        System.out.println("READY");
        terminating.await();
        try {
            ResilientSession late = start("late", arguments[0]);
            if (!holds(late)) {
                late.close(); // Waits for what it tells.
            }
        } finally {
            registered.countDown();
        }
        new CountDownLatch(1).await();
    }

    private static boolean holds(ResilientSession session) {
        try {
            var node = session.ephemerals().register("/node-late", new byte[1]).whenHeld();
            return node.handle((held, failure) -> failure == null).join();
        } catch (SessionClosedException e) {
            return false; // it has ended as soon as it began
        }
    }

    private static ResilientSession start(String name, String connectString) {
        return ResilientSession.builder()
                .name(name)
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(40))
                .listener(transition ->
                        System.out.println("STATE " + name + " " + transition.to() + ": " + transition.detail()))
                .build()
                .start();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
