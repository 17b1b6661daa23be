package io.perennial.benchmarks.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.benchmarks.variants.Variant;
import org.junit.jupiter.api.Test;

class RowsTest {
    @Test
    void namesAreUniqueAndGoodForFiles() {
        assertThat(Rows.list())
                .extracting(row -> row.subject().name())
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z0-9-]+"));
    }

    @Test
    void eachComparesThisLibraryWithZooKeepersOwnClientOrCurator() {
        assertThat(Rows.list()).allSatisfy(row -> assertThat(row.variants())
                .contains(Variant.PERENNIAL)
                .containsAnyOf(Variant.RAW, Variant.CURATOR)
                .doesNotHaveDuplicates());
    }

    @Test
    void rowIsFoundByItsName() {
        assertThat(Rows.named("start").subject().unit()).isEqualTo("ms");
    }

    @Test
    void anotherNameIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> Rows.named("nonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nodes-after-expiry");
    }
}
