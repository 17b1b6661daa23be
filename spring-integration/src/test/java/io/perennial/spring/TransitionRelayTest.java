package io.perennial.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TransitionRelayTest {
    private final List<String> heard = new ArrayList<>();

    private static SessionTransition transition(String detail) {
        return new SessionTransition(
                SessionState.LATENT,
                SessionState.CONNECTING,
                SessionTransition.Cause.STARTED,
                null,
                Duration.ZERO,
                null,
                detail);
    }

    @Test
    void holdsBackUntilReleased_thenPassesOnAtOnce() {
        var relay = new TransitionRelay(each -> heard.add(each.detail()));
        relay.onTransition(transition("1"));
        relay.onTransition(transition("2"));
        assertThat(heard).isEmpty();

        relay.release();
        assertThat(heard).containsExactly("1", "2");
        relay.onTransition(transition("3"));

        assertThat(heard).containsExactly("1", "2", "3");
    }

    @Test
    void keepsTheLatestWhenTooManyAreHeldBack() {
        var relay = new TransitionRelay(each -> heard.add(each.detail()));
        for (int i = 1; i <= TransitionRelay.MOST_HELD + 3; i++) {
            relay.onTransition(transition("" + i));
        }
        relay.release();

        assertThat(heard).hasSize(TransitionRelay.MOST_HELD).startsWith("4").endsWith("259");
    }

    @Test
    void passesNothingOnAfterItsEnd() {
        var relay = new TransitionRelay(each -> heard.add(each.detail()));
        relay.onTransition(transition("1"));
        relay.end();
        relay.release();
        relay.onTransition(transition("2"));

        assertThat(heard).isEmpty();
    }

    @Test
    void keepsTheOrder_whenOneComesWhileAnotherIsDelivered() {
        var relays = new TransitionRelay[1];
        relays[0] = new TransitionRelay(each -> {
            if (each.detail().equals("1")) {
                relays[0].onTransition(transition("3"));
            }
            heard.add(each.detail());
        });
        relays[0].onTransition(transition("1"));
        relays[0].onTransition(transition("2"));
        relays[0].release();

        assertThat(heard).containsExactly("1", "2", "3");
    }

    @Test
    void tellsOfAListenerThatThrows_afterTheRest() {
        var relay = new TransitionRelay(each -> {
            heard.add(each.detail());
            throw new UnsupportedOperationException(each.detail());
        });
        relay.onTransition(transition("1"));
        relay.onTransition(transition("2"));

        assertThatThrownBy(relay::release).hasMessage("1");
        assertThat(heard).containsExactly("1", "2");
        assertThatThrownBy(() -> relay.onTransition(transition("3"))).hasMessage("3");
        assertThat(heard).containsExactly("1", "2", "3");
    }

    @Test
    @Tag("U1")
    void goesOn_afterACheckedExceptionThatIsNotDeclared() {
        var relay = new TransitionRelay(each -> {
            heard.add(each.detail());
            TransitionRelayTest.<RuntimeException>sneak(new IOException(each.detail()));
        });
        relay.release();

        assertThatThrownBy(() -> relay.onTransition(transition("1"))).hasRootCauseMessage("1");
        assertThatThrownBy(() -> relay.onTransition(transition("2"))).hasRootCauseMessage("2");
        assertThat(heard).containsExactly("1", "2");
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
