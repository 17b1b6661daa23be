package io.perennial.internal.session;

import io.perennial.ResilientSession;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A session's life in a Java runtime without the module {@code jdk.jfr}. Argument: the connect string. */
final class SmallRuntimeMain {
    private SmallRuntimeMain() {}

    public static void main(String[] args) throws Exception {
        System.out.println(
                "recorder " + ModuleLayer.boot().findModule("jdk.jfr").isPresent());
        ResilientSession session = ResilientSession.builder()
                .name("small")
                .connectString(args[0])
                .listener(transition -> System.out.println("heard " + transition.to()))
                .build()
                .start();
        session.awaitConnected(Duration.ofSeconds(30));
        session.ephemerals().register("/small", new byte[0]).whenHeld().get(30, TimeUnit.SECONDS);
        System.out.println(
                "restored " + session.report().recentRestorations().get(0).completed());
        session.close();
        System.out.println("state " + session.state());
    }
}
