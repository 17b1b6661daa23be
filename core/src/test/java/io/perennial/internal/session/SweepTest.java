package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.session.Sweep.Found;
import java.util.List;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C8")
class SweepTest {
    private static final long SESSION = 7;
    private static final long LAST_SEEN = 100;

    private static Found node(String path, long owner, long czxid) {
        var stat = new Stat();
        stat.setEphemeralOwner(owner);
        stat.setCzxid(czxid);
        return new Found(path, stat);
    }

    private static List<String> stale(Found... found) {
        return Sweep.stale(List.of(found), SESSION, LAST_SEEN).stream()
                .map(Found::path)
                .toList();
    }

    @Test
    @DisplayName("What was created by the last transaction seen before the loss goes, what came after it stays")
    void takesWhatWasThereAtTheLoss() {
        assertThat(stale(node("/last", SESSION, LAST_SEEN), node("/since", SESSION, LAST_SEEN + 1)))
                .containsExactly("/last");
    }

    @Test
    @DisplayName("A node that was deleted and made again by somebody else since it was listed stays")
    void leavesOthersNodes() {
        assertThat(stale(node("/theirs", 8, 50), node("/persistent", 0, 50))).isEmpty();
    }

    @Test
    @DisplayName("A waiting lock's node goes before the one that it waits for")
    void takesTheYoungestFirst() {
        assertThat(stale(node("/lock/1", SESSION, 10), node("/lock/3", SESSION, 30), node("/lock/2", SESSION, 20)))
                .containsExactly("/lock/3", "/lock/2", "/lock/1");
    }
}
