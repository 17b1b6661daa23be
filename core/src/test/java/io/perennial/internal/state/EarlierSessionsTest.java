package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EarlierSessionsTest {
    private final EarlierSessions earlier = new EarlierSessions();

    @Test
    void keepsTheLastThousand() {
        LongStream.rangeClosed(1, 1_000).forEach(earlier::add);
        assertThat(earlier.ids()).hasSize(1_000).contains(1L, 1_000L);

        earlier.add(1_001);

        assertThat(earlier.ids()).hasSize(1_000).contains(2L, 1_001L).doesNotContain(1L);
    }
}
