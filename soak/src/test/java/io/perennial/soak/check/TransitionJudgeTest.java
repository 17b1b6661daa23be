package io.perennial.soak.check;

import static io.perennial.soak.check.Made.fact;
import static io.perennial.soak.check.Made.hear;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.history.Fact;
import org.junit.jupiter.api.Test;

class TransitionJudgeTest {
    private static final Fact[] LAWFUL = {
        to("LATENT", "CONNECTING", 0, 0),
        to("CONNECTING", "RESTORING", 1, 7),
        to("RESTORING", "CONNECTED", 1, 7),
        to("CONNECTED", "SUSPENDED", 1, 7),
        to("SUSPENDED", "LOST", 0, 0),
        to("LOST", "RESTORING", 3, 9),
        to("RESTORING", "CONNECTED", 3, 9)
    };

    @Test
    void passesALawfulLife() {
        assertThat(hear(new TransitionJudge(), LAWFUL)).isEmpty();
    }

    @Test
    void findsAnIllegalTransition() {
        assertThat(after(to("CONNECTED", "CONNECTED", 3, 9))).hasSize(1);
    }

    @Test
    void findsATransitionThatDoesNotFollow() {
        assertThat(after(to("SUSPENDED", "CONNECTED", 3, 9))).hasSize(1);
    }

    @Test
    void findsAGenerationThatGoesBack() {
        assertThat(after(to("CONNECTED", "SUSPENDED", 2, 8))).hasSize(1);
    }

    @Test
    void findsANewSessionInAnOldGeneration() {
        assertThat(after(to("CONNECTED", "SUSPENDED", 3, 10))).hasSize(1);
    }

    @Test
    void findsAnOldSessionInANewGeneration() {
        assertThat(after(to("CONNECTED", "SUSPENDED", 4, 9))).hasSize(1);
    }

    @Test
    void findsAnErrorOfTheLibrary() {
        assertThat(after(fact(9, Fact.Kind.TRANSITION, "w0s0", "CONNECTED", "LOST", "INTERNAL_ERROR", 0, 0, "broken")))
                .hasSize(1);
    }

    @Test
    void findsAServerSessionOfTwo() {
        assertThat(after(
                        fact(9, Fact.Kind.TRANSITION, "w0s1", "LATENT", "CONNECTING", "STARTED", 0, 0, ""),
                        fact(9, Fact.Kind.TRANSITION, "w0s1", "CONNECTING", "RESTORING", "SESSION_CREATED", 1, 9, "")))
                .hasSize(1);
    }

    private static java.util.List<Finding> after(Fact... more) {
        var judge = new TransitionJudge();
        hear(judge, LAWFUL);
        return hear(judge, more);
    }

    private static Fact to(String from, String to, long generation, long id) {
        return fact(9, Fact.Kind.TRANSITION, "w0s0", from, to, "CONNECTED", generation, id, "");
    }
}
