package io.perennial.internal.session;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A session in a JVM of its own that holds the node {@link #NODE} and prints what {@link LeaseSampler} sees, and each
 * transition as {@code "STATE <to> <session id> <diagnosis>"}. Arguments: the connect string, the timeout in
 * milliseconds.
 */
final class LeaseProgram {
    static final String NODE = "/mine";

    private LeaseProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (ResilientSession session = ResilientSession.builder()
                .name("stopped")
                .connectString(arguments[0])
                .sessionTimeout(Duration.ofMillis(Long.parseLong(arguments[1])))
                .connectTimeout(Duration.ofMillis(500))
                .listener(t -> print(describe(t)))
                .build()) {
            session.ephemerals().register(NODE, new byte[0]);
            session.start();
            try (var sampler = new LeaseSampler(session.lease(), LeaseProgram::print)) {
                new CountDownLatch(1).await(); // until it is killed
            }
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }

    private static String describe(SessionTransition t) {
        return "STATE " + t.to() + " " + (t.session() == null ? 0 : t.session().sessionId()) + " "
                + (t.diagnosis() == null ? "" : t.diagnosis());
    }
}
