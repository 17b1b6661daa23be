package io.perennial.internal.watch;

import static io.perennial.internal.watch.Arming.awaitArmed;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.OperationFailedException;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watches that the server refuses. */
@ExtendWith(NoLeaks.class)
@Tag("S-33")
class WatchRefusalIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.build();

    private final Recorder<NodeChange> node = new Recorder<>();
    private ZooKeeper keeperOfTheSecret;

    @BeforeEach
    void hideNode() throws Exception {
        rig.observer().create("/open", bytes(""));
        keeperOfTheSecret = rig.observer().raw();
        keeperOfTheSecret.addAuthInfo("digest", bytes("keeper:secret"));
        keeperOfTheSecret.create("/open/secret", bytes("1"), Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
        rig.connect(session);
    }

    @Test
    void isReportedAndRetried_untilServerLetsIt() throws Exception {
        Watch refused = session.watches().node("/open/secret", node);

        assertThat(refused.whenArmed())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(OperationFailedException.class, e -> {
                    assertThat(e.code()).isEqualTo(Code.NOAUTH);
                    assertThat(e).hasMessageContaining("'tested'").hasMessageContaining("node watch on /open/secret");
                });
        assertThat(refused.isArmed()).isFalse();
        assertThat(session.report().problems())
                .singleElement()
                .asString()
                .contains("node watch on /open/secret refused: NOAUTH");
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);

        keeperOfTheSecret.setACL("/open/secret", Ids.OPEN_ACL_UNSAFE, -1);

        awaitArmed(refused);
        assertThat(session.report().problems()).isEmpty();
        eventually(() -> assertThat(node.heard()).singleElement().satisfies(change -> assertThat(change.data())
                .isEqualTo(bytes("1"))));
    }

    @Test
    void doesNotHoldBackTheOthers_afterExpiry() throws Exception {
        Watch refused = session.watches().node("/open/secret", node);
        Watch good = session.watches().node("/open", change -> {});
        awaitArmed(good);

        rig.expire(session, () -> {});

        assertThat(good.isArmed()).isTrue();
        assertThat(refused.isArmed()).isFalse();
        assertThat(session.report().problems()).hasSize(1);
        assertThat(session.report().watchesArmed()).isEqualTo(1);
    }

    @Test
    void isNotRetried_afterClose() {
        Watch refused = session.watches().node("/open/secret", node);
        eventually(() -> assertThat(refused.whenArmed()).isDone());

        refused.close();
        eventually(() -> assertThat(session.report().problems()).isEmpty());

        int reads = rig.proxy().requests(OpCode.getData);
        await().during(Duration.ofMillis(1_200)).atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        rig.proxy().requests(OpCode.getData))
                .isEqualTo(reads));
    }

    @Test
    void treeTellsTheRest_andIsNotArmed_whenOneNodeIsHidden() throws Exception {
        Recorder<TreeChange> tree = new Recorder<>();
        Watch watch = session.watches().tree("/open", tree);
        eventually(() -> assertThat(session.report().problems())
                .singleElement()
                .asString()
                .contains("tree watch on /open refused: NOAUTH"));

        rig.observer().create("/open/other", bytes(""));
        eventually(() -> assertThat(tree.heard()).extracting(TreeChange::path).containsExactly("/open", "/open/other"));
        assertThat(watch.isArmed()).isFalse();
        keeperOfTheSecret.setACL("/open/secret", Ids.OPEN_ACL_UNSAFE, -1);

        awaitArmed(watch);
        eventually(() -> assertThat(tree.heard()).extracting(TreeChange::path).contains("/open/secret"));
    }
}
