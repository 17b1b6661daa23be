package io.perennial.session;

import io.perennial.SessionListener;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;

/** A listener that keeps what it hears. */
final class Heard implements SessionListener {
    private final List<SessionTransition> transitions = new CopyOnWriteArrayList<>();

    @Override
    public void onTransition(SessionTransition transition) {
        transitions.add(transition);
    }

    List<SessionTransition> transitions() {
        return List.copyOf(transitions);
    }

    /** The states entered, in order. */
    List<SessionState> states() {
        return transitions.stream().map(SessionTransition::to).toList();
    }

    long count(SessionState state) {
        return states().stream().filter(state::equals).count();
    }

    /** Waits until the session has entered these states, in this order, others in between or not. */
    void await(SessionState... inOrder) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> Assertions.assertThat(states()).containsSubsequence(inOrder));
    }

    void forget() {
        transitions.clear();
    }
}
