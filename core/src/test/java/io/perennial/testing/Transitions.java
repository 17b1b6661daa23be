package io.perennial.testing;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionListener;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a session's listener heard. */
public final class Transitions implements SessionListener {
    private final List<SessionTransition> heard = new CopyOnWriteArrayList<>();

    @Override
    public void onTransition(SessionTransition transition) {
        heard.add(transition);
    }

    public List<SessionTransition> all() {
        return List.copyOf(heard);
    }

    /** The states entered, in order. */
    public List<SessionState> states() {
        return heard.stream().map(SessionTransition::to).toList();
    }

    public List<Cause> causes() {
        return heard.stream().map(SessionTransition::cause).toList();
    }

    /** Those that entered this state. */
    public List<SessionTransition> to(SessionState state) {
        return heard.stream().filter(t -> t.to() == state).toList();
    }

    /** Waits until the session has entered these states, in this order, others in between or not. */
    public void await(SessionState... inOrder) {
        eventually(() -> assertThat(states()).containsSubsequence(inOrder));
    }

    /** Waits for what the session has gone through by now: its state is seen before its listeners are told. */
    public void catchUp(ResilientSession session) {
        List<SessionTransition> until = session.report().recentTransitions();
        if (!until.isEmpty()) {
            eventually(() -> assertThat(heard).contains(until.get(until.size() - 1)));
        }
    }

    public void forget() {
        heard.clear();
    }

    /** Later ones for new sessions, and this one last; one that was gone before it could be used is not told. */
    public void assertGenerationsUpTo(long last) {
        List<Long> told = heard.stream()
                .filter(t -> t.cause() == Cause.SESSION_CREATED)
                .map(t -> t.session().generation())
                .toList();
        assertThat(told).startsWith(1L).endsWith(last).doesNotHaveDuplicates().isSorted();
    }

    /** Nothing was left out in between, as far as the states themselves can tell. */
    public void assertUnbroken() {
        SessionState state = SessionState.LATENT;
        for (SessionTransition transition : heard) {
            assertThat(transition.from()).as("from in %s", transition).isEqualTo(state);
            state = transition.to();
        }
    }
}
