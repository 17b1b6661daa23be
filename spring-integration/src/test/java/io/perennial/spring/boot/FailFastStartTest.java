package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.perennial.SessionState;
import io.perennial.spring.boot.diagnostics.SessionFailedException;
import io.perennial.spring.boot.diagnostics.ZooKeeperUnreachableException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailFastStartTest {
    private long now;
    private final FailFastStart start = new FailFastStart(() -> now);

    /** Connects when it has been waited for so long, by our clock; null for never. */
    private StubSession session(String name, Duration connectsAfter) {
        var session = new StubSession(name);
        session.state = SessionState.CONNECTING;
        session.whileAwaited = timeout -> {
            now += timeout.toNanos();
            if (connectsAfter != null && now >= connectsAfter.toNanos()) {
                session.state = SessionState.CONNECTED;
            }
        };
        return session;
    }

    private void expect(StubSession session, Duration timeout) {
        start.expect(session, "perennial.sessions." + session.name(), Contexts.NOBODY, timeout);
    }

    @Test
    void sessionsAreWaitedForAtTheSameTime() {
        expect(session("orders", Duration.ofMillis(600)), Duration.ofMillis(700));
        expect(session("stock", null), Duration.ofMillis(700));

        ZooKeeperUnreachableException thrown = catchThrowableOfType(ZooKeeperUnreachableException.class, start::start);

        assertThat(thrown.prefix()).isEqualTo("perennial.sessions.stock");
        assertThat(thrown.waited()).isEqualTo(Duration.ofMillis(700));
        assertThat(Duration.ofNanos(now)).as("both together").isEqualTo(Duration.ofMillis(700));
    }

    @Test
    void eachSessionHasItsOwnTimeout() {
        expect(session("orders", Duration.ofMillis(600)), Duration.ofMillis(700));
        expect(session("stock", Duration.ofSeconds(2)), Duration.ofSeconds(3));

        start.start();

        assertThat(Duration.ofNanos(now)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aSessionThatHasFailedEndsTheWaitAtOnce() {
        StubSession refused = session("orders", null);
        refused.state = SessionState.FAILED;
        expect(refused, Duration.ofMinutes(1));

        assertThatThrownBy(start::start).isInstanceOf(SessionFailedException.class);
        assertThat(Duration.ofNanos(now)).isLessThan(Duration.ofSeconds(1));
    }
}
