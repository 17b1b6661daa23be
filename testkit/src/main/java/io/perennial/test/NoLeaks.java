package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a client thread behind: of ZooKeeper's client, of Curator or of Perennial. Use it as
 * {@code @ExtendWith(NoLeaks.class)}.
 *
 * <p>It checks last of all, when the {@code @AfterEach} methods have run and {@code @AutoClose} fields are closed, and
 * gives the threads 10 s to end. Threads from before the test, threads of servers and those whose name starts with
 * {@code test-} do not count.
 */
public final class NoLeaks implements BeforeEachCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final List<String> CLIENT_NAMES =
            List.of("-SendThread(", "-EventThread", "Curator-", "ConnectionStateManager", "SafeNotify", "perennial-");

    /** For JUnit. */
    public NoLeaks() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        // What a context's store holds is closed when the context ends, after every other callback.
        context.getStore(ExtensionContext.Namespace.create(NoLeaks.class))
                .put(NoLeaks.class, new Check(clientThreads()));
    }

    /**
     * The client threads alive now: for a check in the middle of a test.
     *
     * @return those of this JVM, {@code test-} threads left out
     */
    public static Set<Thread> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(NoLeaks::isClientThread)
                .collect(Collectors.toSet());
    }

    private static boolean isClientThread(Thread thread) {
        String name = thread.getName();
        if (name.startsWith("test-") || !thread.isAlive()) {
            return false;
        }
        return thread.getClass().getName().startsWith("org.apache.zookeeper.ClientCnxn$")
                || name.startsWith("Framework-")
                || CLIENT_NAMES.stream().anyMatch(name::contains);
    }

    private record Check(Set<Thread> before) implements AutoCloseable {
        @Override
        public void close() {
            await("end of the client threads")
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(leftOver())
                            .as("client threads left by the test")
                            .isEmpty());
        }

        private List<String> leftOver() {
            return clientThreads().stream()
                    .filter(thread -> !before.contains(thread))
                    .map(Check::describe)
                    .toList();
        }

        private static String describe(Thread thread) {
            return Arrays.stream(thread.getStackTrace())
                    .map(frame -> "    at " + frame)
                    .collect(Collectors.joining("\n", thread + " (" + thread.getState() + ")\n", "\n"));
        }
    }
}
