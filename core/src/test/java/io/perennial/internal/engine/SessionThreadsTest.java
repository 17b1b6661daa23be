package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SessionThreadsTest {
    private static final InheritableThreadLocal<String> REQUEST = new InheritableThreadLocal<>();

    private final ClassLoader loader = new ClassLoader(null) {};
    private final SessionThreads threads = new SessionThreads("orders", loader);

    @AfterEach
    void forgetRequest() {
        REQUEST.remove();
        Thread.interrupted();
    }

    @Test
    @Tag("C16")
    void inheritNothingOfTheirMakers() throws Exception {
        REQUEST.set("of the caller");
        var seen = new CompletableFuture<String>();

        threads.role("engine")
                .newThread(() -> seen.complete(String.valueOf(REQUEST.get())))
                .start();

        assertThat(seen.get()).isEqualTo("null");
    }

    @Test
    @Tag("C16")
    void haveWhatIsMadeWithinInheritNothingEither_butNameAndLoader() throws Exception {
        REQUEST.set("of the caller");

        String seen = threads.within("handle-1", () -> {
            var made = new CompletableFuture<String>();
            new Thread(() -> made.complete(
                            REQUEST.get() + " " + (Thread.currentThread().getContextClassLoader() == loader)))
                    .start();
            return Thread.currentThread().getName() + " " + made.get();
        });

        assertThat(seen).isEqualTo("perennial-orders-handle-1 null true");
    }

    @Test
    void throwsWhatIsThrownWithin() {
        assertThatThrownBy(() -> threads.within("handle-1", () -> {
                    throw new IOException("no key store");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no key store");
        assertThatThrownBy(() -> threads.within("handle-1", () -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
    }

    @Test
    void keepsAnInterruptForLater() throws Exception {
        Thread.currentThread().interrupt();

        assertThat(threads.within("handle-1", () -> 7)).isEqualTo(7);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    /** Spring interrupts a starting thread that waits without a limit, and then gives its context up, undestroyed. */
    @Test
    @Tag("J2")
    void waitsForATaskByTimedWaits() throws Exception {
        Thread caller = Thread.currentThread();

        Thread.State seen = threads.within("handle-1", () -> {
            Awaitility.await().until(() -> caller.getState().name().endsWith("WAITING"));
            return caller.getState();
        });

        assertThat(seen).isEqualTo(Thread.State.TIMED_WAITING);
    }
}
