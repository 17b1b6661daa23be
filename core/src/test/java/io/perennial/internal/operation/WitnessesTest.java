package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.operation.Write;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C8")
class WitnessesTest {
    private static final SessionView.ServerSession HAND = new SessionView.ServerSession(1, 7, 100);
    private static final List<Write> WRITES = List.of(Write.delete("/node", 3));

    private final Witnesses witnesses = new Witnesses();

    @Test
    @DisplayName("A witness is known, below whatever namespace, for as long as its write is under way")
    void knowsThoseOfWritesUnderWay() {
        Request request = Request.of(List.of(), WRITES, "/witnesses", HAND);
        String path = request.witness().path();

        witnesses.await(request);
        assertThat(witnesses.contains(path)).isTrue();
        assertThat(witnesses.contains("/shop" + path)).isTrue();

        witnesses.dismiss(request);
        assertThat(witnesses.contains(path)).isFalse();
    }

    @Test
    void knowsNothingOfOtherNodes() {
        witnesses.await(Request.of(List.of(), WRITES, null, HAND));
        witnesses.await(Request.of(List.of(), WRITES, "/witnesses", HAND));

        assertThat(witnesses.contains("/witnesses")).isFalse();
        assertThat(witnesses.contains("/node")).isFalse();
        assertThat(witnesses.contains("/")).isFalse();
    }
}
