package io.perennial.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("H3")
class RestorationOutcomeTest {
    @Test
    void saysThatAllIsBack() {
        assertThat(Restoration.outcome(0, 0, 0, 0)).isEqualTo("nodes and watches are back");
        assertThat(Restoration.outcome(3, 3, 2, 2)).isEqualTo("nodes and watches are back");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(Restoration.outcome(1, 0, 2, 2)).isEqualTo("restored except 1 of 1 nodes: see report()");
        assertThat(Restoration.outcome(1, 1, 2, 0)).isEqualTo("restored except 2 of 2 watches: see report()");
        assertThat(Restoration.outcome(3, 2, 4, 1))
                .isEqualTo("restored except 1 of 3 nodes and 3 of 4 watches: see report()");
    }
}
