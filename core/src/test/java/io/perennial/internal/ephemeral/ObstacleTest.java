package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObstacleTest {
    @Test
    void isReplaceable_whenNobodyOwnsItAndNothingIsBelow() {
        assertThat(Obstacle.of(stat(0, 0)).replaceable()).isTrue();
        assertThat(Obstacle.of(stat(0, 2)).replaceable()).isFalse();
        assertThat(Obstacle.of(stat(0x11, 0)).replaceable()).isFalse();
        assertThat(Obstacle.UNREADABLE.replaceable()).isFalse();
    }

    @Test
    @Tag("N1")
    void isNotReplaceable_whenItsOwnerMayNotBeAsked() {
        Obstacle obstacle = Obstacle.of(stat(0, 0)).whoseOwnerMayNotBeAsked();
        assertThat(obstacle.replaceable()).isFalse();
        assertThat(obstacle.persistent()).isTrue();
        assertThat(obstacle.readable()).isTrue();
        assertThat(obstacle.description()).contains("whose ACL does not let this session create and delete below it");
    }

    @Test
    void isAskedForAgain_whenItsChildrenAreInTheWay() {
        assertThat(Obstacle.of(stat(0, 2)).isReportedByWatch(OnConflict.REPLACE))
                .isFalse();
        assertThat(Obstacle.of(stat(0, 2)).isReportedByWatch(OnConflict.WAIT)).isTrue();
        assertThat(Obstacle.of(stat(0x11, 0)).isReportedByWatch(OnConflict.REPLACE))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void isAskedForAgain_whenItMayNotBeRead(OnConflict policy) {
        assertThat(Obstacle.UNREADABLE.isReportedByWatch(policy)).isFalse();
    }

    private static Stat stat(long owner, int children) {
        var stat = new Stat();
        stat.setEphemeralOwner(owner);
        stat.setNumChildren(children);
        return stat;
    }
}
