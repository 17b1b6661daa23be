package io.perennial.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C3")
class KnownKindsTest {
    private static final long NOW = 0;

    private final KnownKinds kinds = new KnownKinds();

    @Test
    void takesWhatEveryServerKnows_asProven() {
        assertThat(kinds.isUnproven(RequestKind.GET_DATA)).isFalse();
        assertThat(kinds.isUnproven(RequestKind.ADD_WATCH)).isTrue();
    }

    @Test
    void takesAKindAsProven_fromAnAnswerToTheNextLoss() {
        kinds.answered(RequestKind.ADD_WATCH);
        assertThat(kinds.isUnproven(RequestKind.ADD_WATCH)).isFalse();

        kinds.lost(RequestKind.ADD_WATCH);
        assertThat(kinds.isUnproven(RequestKind.ADD_WATCH))
                .as("another server may know less")
                .isTrue();
    }

    @Test
    void triesAnUnknownKindAgain_everMoreRarely_untilAServerAnswers() {
        kinds.answered(RequestKind.ADD_WATCH);
        kinds.unimplemented(RequestKind.ADD_WATCH, NOW, new Random(1));
        RetryTime retry = kinds.retry(RequestKind.ADD_WATCH);
        long first = retry.until(NOW);
        assertThat(kinds.isUnproven(RequestKind.ADD_WATCH)).isTrue();
        assertThat(kinds.isUnknown(RequestKind.ADD_WATCH)).isTrue();
        assertThat(kinds.isUnknown(RequestKind.REMOVE_WATCHES)).isFalse();
        assertThat(kinds.isComplete()).isFalse();

        kinds.unimplemented(RequestKind.ADD_WATCH, NOW, new Random(1));
        assertThat(kinds.retry(RequestKind.ADD_WATCH)).isSameAs(retry);
        assertThat(retry.until(NOW)).isGreaterThan(first);

        kinds.answered(RequestKind.ADD_WATCH);
        assertThat(kinds.retry(RequestKind.ADD_WATCH)).isNull();
        assertThat(kinds.isComplete()).isTrue();
    }
}
