package io.perennial.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.internal.engine.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.zookeeper.ZooKeeper;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;

/** What tests ask of sessions, and what they wait for. */
public final class Sessions {
    private Sessions() {}

    /** The ZooKeeper handle that Curator holds. */
    public static ZooKeeper handleOf(ResilientSession session) throws Exception {
        return session.curator().getZookeeperClient().getZooKeeper();
    }

    /** What the session's engine runs on. */
    public static EventLoop loopOf(ResilientSession session) throws Exception {
        return (EventLoop) fieldOf(fieldOf(session, "parts"), "loop");
    }

    private static Object fieldOf(Object of, String name) throws Exception {
        var field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    public static long idOf(ResilientSession session) {
        return infoOf(session).sessionId();
    }

    public static long generationOf(ResilientSession session) {
        return infoOf(session).generation();
    }

    /** Between two server sessions there is none to tell of: then of the next. */
    private static SessionInfo infoOf(ResilientSession session) {
        return patiently().until(session::info, Optional::isPresent).orElseThrow();
    }

    /** Between two server sessions there is none to ask for its id. */
    public static void eventually(ThrowingRunnable assertion) {
        patiently().ignoreException(NoSuchElementException.class).untilAsserted(assertion);
    }

    public static void awaitState(ResilientSession session, SessionState state) {
        eventually(() -> assertThat(session.state()).isEqualTo(state));
    }

    /** Of a session that has been started. */
    public static void awaitConnected(ResilientSession session) {
        try {
            assertThat(session.awaitConnected(SessionRig.PATIENCE))
                    .as(() -> "connected: " + session.report())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Connected, in this generation. */
    public static void awaitGeneration(ResilientSession session, long generation) {
        eventually(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(session.info().map(SessionInfo::generation)).contains(generation);
        });
    }

    /** This JVM's live threads whose name begins so. */
    public static List<Thread> threadsNamed(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    private static ConditionFactory patiently() {
        return await().atMost(SessionRig.PATIENCE).pollInterval(Duration.ofMillis(5));
    }
}
