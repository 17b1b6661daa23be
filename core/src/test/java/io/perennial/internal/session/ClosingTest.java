package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.testing.Blocking;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.WhileWaiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private final ThrottledLog log = new ThrottledLog("orders", Ticker.system());
    private final List<Thread> closed = new ArrayList<>();
    private boolean starved;
    private boolean onEngine;
    private Runnable whileStarting = () -> {};
    private final ThreadFactory threads = task -> new Thread(task, "test-close") {
        @Override
        public void start() {
            if (starved) {
                whileStarting.run();
                throw new OutOfMemoryError("unable to create native thread");
            }
            super.start();
        }
    };
    private final Closing closing = new Closing(threads, () -> onEngine, log);

    private void close() {
        closed.add(Thread.currentThread());
    }

    @Test
    void closesOnce_onAThreadOfItsOwn() {
        assertThat(closing.begin(this::close)).isTrue();
        assertThat(closing.begin(this::close)).isFalse();

        closing.await(Duration.ofSeconds(30));

        assertThat(closed).singleElement().extracting(Thread::getName).isEqualTo("test-close");
    }

    @Test
    @Tag("K3")
    @Tag("S-64")
    void closesOnTheCallingThread_whenThereIsNoOther() {
        try (var lines = CapturedLog.ofSessions()) {
            starved = true;

            assertThat(closing.begin(this::close)).isTrue();

            assertThat(closed).containsExactly(Thread.currentThread());
            assertThat(lines.lines()).singleElement().asString().contains("unable to create native thread");
            closing.await(Duration.ofMinutes(5));
        }
    }

    @Test
    @Tag("K2")
    @Tag("K3")
    void closesOnTheCallingThread_asIfItWereNotInterrupted() {
        starved = true;
        Thread.currentThread().interrupt();

        closing.begin(() -> {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            close();
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(closed).containsExactly(Thread.currentThread());
    }

    @Test
    @Tag("K3")
    @Tag("S-64")
    void leavesItToTheNextCall_whenTheEngineFindsNoThread() {
        starved = true;
        onEngine = true;
        assertThat(closing.begin(this::close)).isFalse();
        assertThat(closing.hasBegun()).isFalse();

        onEngine = false;
        assertThat(closing.begin(this::close)).isTrue();

        assertThat(closed).containsExactly(Thread.currentThread());
    }

    @Test
    @Tag("K3")
    @Tag("S-64")
    void isBegunBySomebodyElse_whileTheEngineLooksForAThread() {
        starved = true;
        onEngine = true;
        whileStarting = () -> {
            whileStarting = () -> {};
            onEngine = false;
            assertThat(closing.begin(this::close)).isTrue();
        };

        assertThat(closing.begin(this::close)).isFalse();

        assertThat(closed).containsExactly(Thread.currentThread());
        assertThat(closing.hasBegun()).isTrue();
    }

    @Test
    void ends_whateverTheCloseThrows() {
        closing.begin(() -> {
            throw new NoClassDefFoundError("gone");
        });

        closing.await(Duration.ofSeconds(30));

        assertThat(closing.hasBegun()).isTrue();
    }

    @Test
    @Tag("K2")
    void waits_inAThreadThatIsInterrupted_whichStaysSo() {
        var go = new CountDownLatch(1);
        closing.begin(() -> {
            Blocking.until(go);
            close();
        });
        WhileWaiting.run(go::countDown);
        Thread.currentThread().interrupt();

        closing.await(Duration.ofSeconds(30));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(closed).hasSize(1);
    }
}
