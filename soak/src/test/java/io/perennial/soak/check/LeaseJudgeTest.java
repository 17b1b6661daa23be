package io.perennial.soak.check;

import static io.perennial.soak.check.Made.closing;
import static io.perennial.soak.check.Made.expiry;
import static io.perennial.soak.check.Made.fact;
import static io.perennial.soak.check.Made.hear;
import static io.perennial.soak.check.Made.millis;
import static io.perennial.soak.check.Made.noGaps;
import static io.perennial.soak.check.Made.twoEpochs;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseJudgeTest {
    private static final Fact CONNECTED =
            fact(0, Fact.Kind.TRANSITION, "w0s0", "RESTORING", "CONNECTED", "RESTORED", 1, 7, "");

    @Test
    void findsALeaseThatOutlivesItsSession() {
        assertThat(hear(new LeaseJudge(noGaps(expiry(500, 7)).epochs()), CONNECTED, heldAt(600)))
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .contains("100 ms", "0x7");
    }

    @Test
    void passesALeaseThatEndsBefore() {
        assertThat(hear(new LeaseJudge(noGaps(expiry(500, 7)).epochs()), CONNECTED, heldAt(490)))
                .isEmpty();
    }

    @Test
    void passesASessionThatSomebodyClosed() {
        assertThat(hear(new LeaseJudge(noGaps(closing(500, 7)).epochs()), CONNECTED, heldAt(600)))
                .isEmpty();
    }

    @Test
    void passesASessionThatABackupHasBroughtBack() {
        var gaps = twoEpochs(List.of(expiry(500, 7)), List.of());

        assertThat(hear(new LeaseJudge(gaps.epochs()), CONNECTED, heldAt(2_500)))
                .isEmpty();
    }

    private static Fact heldAt(long millis) {
        return fact(millis(millis + 30), Fact.Kind.LEASE, "w0s0", 1, millis(millis), millis);
    }
}
