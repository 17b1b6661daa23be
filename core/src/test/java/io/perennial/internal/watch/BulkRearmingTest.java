package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.NodeChange;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("S-13")
class BulkRearmingTest extends BulkWatches {
    @ParameterizedTest
    @EnumSource(names = {"NEW_SESSION", "RESUMED"})
    void armsAllByOneRequestOfEachKind_onceTheLatestChangeIsFoundAgain(Attachment how) {
        cut();
        anotherHandle(how);
        settleLooks();

        assertThat(asked()).hasSize(2).allMatch(request -> request.startsWith("REARM"));
        assertThat(watches).noneMatch(Watch::isArmed);
        assertAllArmed();
        assertThat(told).isEmpty();
        assertThat(toldOfChildren).isEmpty();
    }

    @Test
    void tellsWhatWasMissed_once() {
        cut();
        tree.set("/a");
        tree.create("/b/d");
        tree.create("/none");
        anotherHandle(Attachment.NEW_SESSION);
        assertAllArmed();

        assertThat(told).extracting(NodeChange::path).containsExactlyInAnyOrder("/a", "/none");
        assertThat(told).allMatch(NodeChange::whileAway);
        assertThat(toldOfChildren).singleElement().satisfies(change -> assertThat(change.children())
                .containsExactlyInAnyOrder("c", "d"));
    }

    @Test
    void tellsWhatChanges_betweenTheLookAndTheRequest() {
        cut();
        anotherHandle(Attachment.NEW_SESSION);
        settleLooks();
        tree.set("/a");
        tree.delete("/b/c");
        tree.delete("/b");
        assertAllArmedButGone();

        assertThat(told).extracting(NodeChange::path).containsExactlyInAnyOrder("/a", "/b");
        assertThat(toldOfChildren).singleElement().satisfies(change -> assertThat(change.children())
                .isEmpty());
    }

    @Test
    void tellsWhatChanges_afterTheServerHasReadTheRequest() {
        cut();
        anotherHandle(Attachment.NEW_SESSION);
        settleLooks();
        while (tree.serve()) {
            assertThat(watches).noneMatch(Watch::isArmed);
        }
        tree.set("/a");
        assertAllArmed();

        assertThat(told).extracting(NodeChange::path).containsExactly("/a");
    }

    @Test
    void readsOneByOne_whenTheServerRefusesTheRequest() {
        cut();
        anotherHandle(Attachment.NEW_SESSION);
        settleLooks();
        site.client.asked().forEach(request -> request.refuse(Code.SYSTEMERROR));
        site.client.asked().clear();
        site.run();

        assertThat(asked()).hasSize(4).noneMatch(request -> request.startsWith("REARM"));
        assertAllArmed();
    }

    @Test
    void readsOneByOne_afterTheConnectionBrokeOverIt() {
        cut();
        anotherHandle(Attachment.NEW_SESSION);
        settleLooks();
        tree.serve();
        cut();
        attach(Attachment.RECONNECTED);

        assertThat(asked()).hasSize(4).noneMatch(request -> request.startsWith("REARM"));
        assertAllArmed();
    }

    @Test
    void leavesAlone_whatIsClosedOrReadMeanwhile() {
        cut();
        anotherHandle(Attachment.NEW_SESSION);
        close(watches.remove(0));
        Watch another = watchNode("/b");
        settleLooks();
        assertThat(asked()).filteredOn(request -> request.startsWith("REARM")).noneMatch(has("/a"));

        settle();

        assertThat(watches).allMatch(Watch::isArmed);
        assertThat(another.isArmed()).isTrue();
        assertThat(node.heard()).hasSize(1);
        assertThat(told).isEmpty();
    }

    @Test
    @Tag("W3")
    void leavesAPathToATree_thatIsWatchedFromThereMeanwhile() {
        cut();
        anotherHandle(Attachment.NEW_SESSION);
        Watch all = watchTree("/b");
        settleLooks();
        assertThat(asked()).filteredOn(request -> request.startsWith("REARM")).noneMatch(has("/b"));

        settle();

        assertThat(watches).allMatch(Watch::isArmed);
        assertThat(all.isArmed()).isTrue();
    }

    @Test
    void readsAFew_soonerThanItWouldLook() {
        while (watches.size() > 1) {
            close(watches.remove(0));
        }
        cut();
        attach(Attachment.NEW_SESSION);

        assertThat(asked()).containsExactly("CHILDREN /b and arm");
    }

    @Test
    void readsAll_whereTheClientCannot() {
        site.client.rearms(false);
        cut();
        attach(Attachment.NEW_SESSION);

        assertThat(asked()).hasSize(4).allMatch(request -> request.endsWith("and arm"));
        assertAllArmed();
    }

    /** Those that were changed last may be those that are changed all the time. */
    @Test
    void armsTheOthers_whenManyHaveChangedWhileAway() {
        List<String> busy = IntStream.range(0, 30).mapToObj(i -> "/busy" + i).toList();
        busy.forEach(tree::create);
        busy.forEach(this::watchNode);
        settle();
        cut();
        busy.forEach(tree::set);
        anotherHandle(Attachment.NEW_SESSION);
        settleLooks();

        assertThat(asked()).filteredOn(request -> request.startsWith("REARM")).isNotEmpty();
        assertAllArmed();
        assertThat(node.count()).isEqualTo(2 * busy.size());
        assertThat(told).isEmpty();
    }

    @Test
    @Tag("W3")
    void isNotArmed_whenItHasFiredAndWaitsForATree() {
        cut();
        anotherHandle(Attachment.NEW_SESSION);
        settleLooks();
        tree.set("/b");
        watchTree("/b");
        while (asked().stream().anyMatch(request -> request.startsWith("REARM"))) {
            tree.serve();
        }
        while (tree.deliver()) {
            site.run();
        }
        assertThat(watches.get(1).isArmed()).isFalse();

        settle();

        assertThat(told).singleElement().satisfies(change -> assertThat(change.whileAway())
                .isTrue());
        assertThat(watches).allMatch(Watch::isArmed);
    }

    @Test
    @Tag("S-31")
    @Tag("W3")
    void leavesOut_whatIsClosedOrATreesRoot_whenTheRequestIsPutOff() {
        tree.old = true;
        cut();
        anotherHandle(Attachment.NEW_SESSION);
        settleLooks();
        answer(Code.THROTTLEDOP, null);
        close(watches.remove(0));
        Watch all = watchTree("/b");
        for (int i = 0; i < 3; i++) {
            settle();
            site.pass(Duration.ofSeconds(6));
        }
        settle();

        assertThat(tree.tellsOfTree("/b")).isTrue();
        assertThat(tree.tellsOfNode("/a")).isFalse();
        assertThat(all.isArmed()).isTrue();
        assertThat(watches).allMatch(Watch::isArmed);
        assertThat(site.restored).isEqualTo(2);
    }
}
