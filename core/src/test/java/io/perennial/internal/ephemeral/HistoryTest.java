package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("N4")
class HistoryTest {
    private static final long TOLD = 100;
    private static final int VERSION = 3;

    @ParameterizedTest
    @CsvSource({
        "100, 3, true",
        "99,  2, false",
        "99,  4, false",
        "101, 4, true",
        "101, 3, false", // others wrote to the version that a backup has
        "101, 2, false",
    })
    void isTheSame_whenItHasWhatWasTold(long mzxid, int version, boolean same) {
        var now = new Stat();
        now.setMzxid(mzxid);
        now.setVersion(version);

        assertThat(History.isWithin(now, TOLD, VERSION)).isEqualTo(same);
    }
}
