package io.perennial.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.benchmarks.rows.Rows;
import io.perennial.benchmarks.variants.Variant;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HarnessOptionsTest {
    @Test
    void allRowsWhenNoneIsNamed() {
        assertThat(HarnessOptions.parse().selected()).isEqualTo(Rows.list());
    }

    @Test
    void namedRowsWithTheirSizesAndVariants() {
        var options = HarnessOptions.parse(
                "--rows",
                "start,nodes-quiet",
                "--rounds",
                "2",
                "--sizes",
                "10,20",
                "--variants",
                "raw,tree-cache,perennial",
                "--out",
                "elsewhere");

        assertThat(options.rounds()).isEqualTo(2);
        assertThat(options.directory()).isEqualTo(Path.of("elsewhere"));
        assertThat(options.selected()).containsExactly(Rows.named("start"), Rows.named("nodes-quiet"));
        assertThat(options.sizesOf(Rows.named("nodes-quiet"))).containsExactly(10, 20);
        assertThat(options.variantsOf(Rows.named("nodes-quiet"))).containsExactly(Variant.RAW, Variant.PERENNIAL);
    }

    @Test
    void rowWithoutSizesKeepsItsOwn() {
        assertThat(HarnessOptions.parse("--sizes", "10,20").sizesOf(Rows.named("start")))
                .containsExactly(1);
    }

    @Test
    void unknownOptionsAreRefused() {
        assertThatThrownBy(() -> HarnessOptions.parse("--round", "1")).hasMessageContaining("--rounds");
        assertThatThrownBy(() -> HarnessOptions.parse("--rounds")).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> HarnessOptions.parse("--rounds", "0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HarnessOptions.parse("--rows", "nonsense").selected())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
