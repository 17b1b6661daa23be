package io.perennial.internal.session;

import io.perennial.ResilientSession;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A program that does not close its session, and prints the states it reaches. Arguments: the connect string, and how
 * many nodes it registers.
 */
final class TerminatedProgram {
    private TerminatedProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        @SuppressWarnings("resource") // the JVM's end closes it
        ResilientSession session = ResilientSession.builder()
                .name("terminated")
                .connectString(arguments[0])
                .sessionTimeout(Duration.ofSeconds(40))
                .connectTimeout(Duration.ofSeconds(1))
                .listener(transition -> System.out.println("STATE " + transition.to()))
                .build();
        System.out.println("STARTS");
        session.start();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            session.ephemerals().register("/node-" + i, new byte[100]);
        }
        new CountDownLatch(1).await();
    }
}
