package io.perennial.internal.session;

import io.perennial.ResilientSession;
import java.time.Duration;
import java.util.function.Function;

/**
 * An application whose session's client gets a thread to send and none for events, while {@value #SCARCE} is set.
 * Called in terms of the JDK only, since its classes are not those of the test.
 */
public final class ScarceThreadsProgram implements Function<String, AutoCloseable> {
    static final String SCARCE = "perennial.test.scarce-threads";
    /** How many were refused. */
    static final String REFUSED = "perennial.test.refused-threads";

    /**
     * The base class of both threads of ZooKeeper's client, written anew: what it does else is to log what they throw.
     */
    static final String THREAD = """
            package org.apache.zookeeper.server;
            public class ZooKeeperThread extends Thread {
                public ZooKeeperThread(String name) {
                    super(name);
                }
                @Override public void start() {
                    if (getName().endsWith("-EventThread") && Boolean.getBoolean("%1$s")) {
                        System.setProperty("%2$s", Integer.toString(Integer.getInteger("%2$s", 0) + 1));
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    super.start();
                }
            }
            """.formatted(SCARCE, REFUSED);

    /** Starts a session, and waits until it knows its server session: only then can that expire. */
    @Override
    public AutoCloseable apply(String connectString) {
        ResilientSession session = ResilientSession.builder()
                .name("scarce")
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(6))
                .closeTimeout(Duration.ofSeconds(2))
                .build()
                .start();
        try {
            session.awaitConnected(Duration.ofSeconds(60));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return session;
    }
}
