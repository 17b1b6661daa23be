package io.perennial.benchmarks.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.benchmarks.rows.Restoration.End;
import io.perennial.benchmarks.rows.Restoration.Loss;
import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** So that the harness is known to work, with few items; its figures say nothing. */
class RestorationIT {
    private static final int FEW = 20;

    @ParameterizedTest
    @EnumSource(
            value = Variant.class,
            names = {"RAW", "CURATOR", "PERENNIAL"})
    void nodesAndWatchesAreBackAfterAnExpiry(Variant variant) throws Exception {
        try (Trial trial = new Restoration(variant, FEW, FEW, Loss.EXPIRED, End.RESTORED)) {
            assertThat(trial.run()).isPositive();
            assertThat(trial.run()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Variant.class,
            names = {"RAW", "PERENNIAL"})
    void leftOversAreReplaced(Variant variant) throws Exception {
        try (Trial trial = new Restoration(variant, FEW, 0, Loss.FORGOTTEN, End.RESTORED)) {
            assertThat(trial.run()).isPositive();
        }
    }

    @Test
    void wireDoesTheSame() throws Exception {
        try (Trial trial = new WireRestoration(FEW, FEW)) {
            assertThat(trial.run()).isPositive();
        }
    }

    @Test
    void nodesOfAnotherOwnerDoNotCount() throws Exception {
        try (var lab = new Lab();
                Client other = Variant.RAW.client(lab.connectString(), connected -> {})) {
            other.connect();
            other.register(Lab.paths(Lab.NODES, FEW));
            lab.awaitNodes(FEW);

            lab.checkOwner(FEW, other.sessionId());
            assertThatThrownBy(() -> lab.checkOwner(FEW, other.sessionId() + 1))
                    .hasMessageContaining("of 20 nodes, 0 have the owner");
            assertThatThrownBy(() -> lab.checkOwner(FEW + 1, other.sessionId())).hasMessageContaining("of 20 nodes");
        }
    }
}
