package io.perennial.benchmarks.variants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeardTest {
    private final Heard heard = new Heard();

    @Test
    void expectationWaitsForTheVersionAndNotOnlyForACall() throws Exception {
        Heard.Expectation expectation = heard.expect(Map.of("/a", 2, "/b", 1));
        CompletableFuture<Long> fulfilled = CompletableFuture.supplyAsync(() -> awaiting(expectation));

        heard.of("/a", 1);
        heard.of("/b", 1);
        assertThat(expectation.missing()).containsExactly("/a");

        heard.of("/a", 2);
        assertThat(fulfilled.join()).isPositive();
    }

    @Test
    void laterVersionWillDo() throws Exception {
        Heard.Expectation expectation = heard.expect(Map.of("/a", 2));
        heard.of("/a", 5);
        assertThat(expectation.missing()).isEmpty();
    }

    @Test
    void whatWasHeardBeforeCounts() throws Exception {
        heard.of("/a", 2);
        assertThat(heard.expect(Map.of("/a", 2)).missing()).isEmpty();
    }

    @Test
    void whatIsForgottenIsHeardAnew() {
        heard.of("/a", 2);
        heard.forget();
        assertThat(heard.nodes()).isZero();
        assertThat(heard.expect(Map.of("/a", 2)).missing()).containsExactly("/a");
    }

    private static long awaiting(Heard.Expectation expectation) {
        try {
            return expectation.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
