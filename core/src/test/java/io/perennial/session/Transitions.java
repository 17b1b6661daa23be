package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionListener;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a session's listener heard. */
final class Transitions implements SessionListener {
    private final List<SessionTransition> heard = new CopyOnWriteArrayList<>();

    @Override
    public void onTransition(SessionTransition transition) {
        heard.add(transition);
    }

    List<SessionTransition> all() {
        return List.copyOf(heard);
    }

    /** The states entered, in order. */
    List<SessionState> states() {
        return heard.stream().map(SessionTransition::to).toList();
    }

    List<Cause> causes() {
        return heard.stream().map(SessionTransition::cause).toList();
    }

    /** Those that entered this state. */
    List<SessionTransition> to(SessionState state) {
        return heard.stream().filter(t -> t.to() == state).toList();
    }

    /** Nothing was left out in between, as far as the states themselves can tell. */
    void assertUnbroken() {
        SessionState state = SessionState.LATENT;
        for (SessionTransition transition : heard) {
            assertThat(transition.from()).as("from in %s", transition).isEqualTo(state);
            state = transition.to();
        }
    }
}
