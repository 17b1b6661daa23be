package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Trouble that lasts costs neither log nor memory. */
@ExtendWith(NoLeaks.class)
@Tag("S-53")
@Tag("H2")
class OutageLogIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final FaultProxy proxy = rig.proxy();
    private final Lines lines = new Lines();
    private final Transitions heard = rig.heard();

    @BeforeEach
    void listen() {
        lines.start();
        root().addAppender(lines);
    }

    @AfterEach
    void closeAll() throws Exception {
        root().detachAppender(lines);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private ResilientSession.Builder builder() {
        return rig.builder().name("outage").sessionTimeout(Duration.ofSeconds(3));
    }

    @Test
    @DisplayName(
            "Servers that are away for many session timeouts: a few lines, then silence (CURATOR-72: 22 million lines"
                    + " a day)")
    void fallsSilent_whenNoServerComesBack() throws Exception {
        ResilientSession session = rig.connect(builder());
        proxy.disconnect();
        heard.await(SessionState.SUSPENDED, SessionState.LOST);

        await().pollDelay(Duration.ofSeconds(10))
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isNotEmpty());

        assertThat(lines.of("io.perennial")).hasSizeLessThan(15);
        assertThat(lines.of("io.perennial"))
                .filteredOn(e -> e.getLevel() == Level.WARN)
                .hasSizeLessThanOrEqualTo(3)
                .allSatisfy(e -> assertThat(e.getFormattedMessage()).startsWith("session 'outage': "));
        assertThat(lines.warningsSince(Duration.ofSeconds(3))).isEmpty();
        assertThat(heard.to(SessionState.LOST)).hasSize(1);
        assertThat(lines.of("io.perennial"))
                .filteredOn(e -> e.getFormattedMessage().contains("SUSPENDED -> LOST"))
                .singleElement()
                .satisfies(e -> assertThat(e.getLevel()).isEqualTo(Level.WARN));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(NoLeaks.clientThreads()).hasSizeLessThan(12));
        proxy.accept();
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    @DisplayName("A connection that flaps: each kind of line at most ten times a minute")
    void throttlesTransitions_whenTheConnectionFlaps() throws Exception {
        ResilientSession session = rig.connect(builder().sessionTimeout(Duration.ofSeconds(30)));

        for (int drop = 1; drop <= 12; drop++) {
            int drops = drop;
            proxy.cut();
            await().untilAsserted(() -> {
                assertThat(heard.to(SessionState.SUSPENDED)).hasSize(drops);
                assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            });
        }

        assertThat(lines.of("io.perennial"))
                .filteredOn(e -> e.getFormattedMessage().contains("CONNECTED -> SUSPENDED"))
                .hasSize(10);
        assertThat(lines.of("io.perennial"))
                .allSatisfy(e ->
                        assertThat(e.getLevel().isGreaterOrEqual(Level.ERROR)).isFalse());
    }

    /** Keeps what is logged. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }

        List<ILoggingEvent> of(String logger) {
            return events.stream()
                    .filter(e -> e.getLoggerName().startsWith(logger))
                    .toList();
        }

        /** Of the library's and the client's loggers together. */
        List<String> warningsSince(Duration ago) {
            long from = System.currentTimeMillis() - ago.toMillis();
            return events.stream()
                    .filter(e -> e.getTimeStamp() >= from && e.getLevel().isGreaterOrEqual(Level.WARN))
                    .filter(e -> !e.getLoggerName().startsWith("org.apache.zookeeper.server"))
                    .map(ILoggingEvent::toString)
                    .toList();
        }
    }
}
