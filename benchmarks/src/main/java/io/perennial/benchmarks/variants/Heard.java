package io.perennial.benchmarks.variants;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a client's listeners have been told: for each node the version of its data. So a test can say of a change made
 * by somebody else whether it was delivered, and when the last one was. Thread-safe.
 */
public final class Heard {
    private volatile Map<String, Integer> versions = new ConcurrentHashMap<>();
    private volatile Expectation expected = new Expectation(Map.of());

    /** Made with nothing heard. */
    public Heard() {}

    /**
     * A listener was told.
     *
     * @param path the node
     * @param version of its data
     */
    public void of(String path, int version) {
        versions.merge(path, version, Math::max);
        expected.heard(path, version);
    }

    /** {@return of how many nodes a state was heard} */
    public int nodes() {
        return versions.size();
    }

    /** Lets go of what was heard, so that it takes no room. */
    public void forget() {
        versions = new ConcurrentHashMap<>();
    }

    /**
     * Begins to wait for these versions, or later ones; takes the place of what was expected before.
     *
     * @param wanted by path
     * @return the expectation, which may be fulfilled already
     */
    public Expectation expect(Map<String, Integer> wanted) {
        var expectation = new Expectation(wanted);
        expected = expectation;
        versions.forEach(expectation::heard);
        return expectation;
    }

    /** Versions that are waited for. */
    public static final class Expectation {
        private final Map<String, Integer> missing;
        private final CompletableFuture<Long> fulfilled = new CompletableFuture<>();

        private Expectation(Map<String, Integer> wanted) {
            missing = new ConcurrentHashMap<>(wanted);
            if (missing.isEmpty()) {
                fulfilled.complete(System.nanoTime());
            }
        }

        private void heard(String path, int version) {
            Integer wanted = missing.get(path);
            if (wanted != null && version >= wanted && missing.remove(path, wanted) && missing.isEmpty()) {
                fulfilled.complete(System.nanoTime());
            }
        }

        /** {@return what was not heard yet} */
        public Set<String> missing() {
            return Set.copyOf(missing.keySet());
        }

        /**
         * Waits until all were heard.
         *
         * @return when the last one was, on {@link System#nanoTime()}
         * @throws Exception when that takes too long
         */
        public long await() throws Exception {
            try {
                return fulfilled.get(Client.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new IllegalStateException(
                        missing.size() + " changes were never delivered, such as that of "
                                + missing.keySet().stream().findFirst().orElse("none"),
                        e);
            }
        }
    }
}
