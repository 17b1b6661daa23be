package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("S-13")
class BulkRearmingTest extends HandWatches {
    private final List<NodeChange> told = new ArrayList<>();
    private final List<ChildrenChange> toldOfChildren = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();

    @BeforeEach
    void watchThreeNodes_oneOfThemAbsent_andTheChildrenOfOne() {
        site.client.rearms(true);
        tree.create("/a");
        tree.create("/b");
        tree.create("/b/c");
        attach(Attachment.NEW_SESSION);
        for (String path : List.of("/a", "/b", "/none")) {
            watches.add(site.watches.node(path, told::add));
        }
        watches.add(site.watches.children("/b", toldOfChildren::add));
        site.run();
        settle();
        told.clear();
        toldOfChildren.clear();
    }

    private void anotherHandle(Attachment how) {
        attach(how);
        assertThat(asked()).allMatch(request -> request.startsWith("EXISTS") && !request.endsWith("arm"));
    }

    private void settleLooks() {
        while (asked().stream().anyMatch(request -> request.startsWith("EXISTS"))) {
            tree.serve();
            while (tree.deliver()) {
                site.run();
            }
        }
    }

    private void assertAllArmed() {
        settle();
        for (int again = 0; again < 20; again++) {
            site.pass(Duration.ofSeconds(61)); // an older state than was known is not believed at once
            settle();
        }
        assertThat(watches).allMatch(Watch::isArmed);
        assertThat(site.restored).isEqualTo(2);
        for (String path : List.of("/a", "/b", "/none")) {
            assertThat(tree.tellsOfNode(path)).as(path).isTrue();
        }
        assertThat(tree.tellsOfChildren("/b")).isTrue();
        assertThat(site.errors).isEmpty();
    }

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

    private void assertAllArmedButGone() {
        settle();
        assertThat(watches).allMatch(Watch::isArmed);
        assertThat(tree.tellsOfNode("/b")).isTrue();
        assertThat(tree.tellsOfChildren("/b")).isTrue();
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
    @Tag("S-61")
    @DisplayName("A backup was put back, and other changes have the numbers of those that are lost")
    void readsEverything_whenNoneOfTheLatestChangesIsThere() {
        tree.backUp();
        tree.set("/a");
        tree.set("/b");
        tree.create("/b/d");
        settle();
        told.clear();
        toldOfChildren.clear();
        cut();
        tree.putBack();
        tree.set("/a");
        tree.set("/a");
        anotherHandle(Attachment.RESUMED);
        assertAllArmed();

        assertThat(told).extracting(NodeChange::path).containsExactlyInAnyOrder("/a", "/b");
        assertThat(toldOfChildren).singleElement().satisfies(change -> assertThat(change.children())
                .containsExactly("c"));
    }

    @Test
    @Tag("S-61")
    void goesByTheLatestChangeThatIsThere() {
        tree.backUp();
        tree.set("/a");
        settle();
        told.clear();
        cut();
        tree.putBack();
        tree.set("/b"); // has the number of the lost change
        anotherHandle(Attachment.RESUMED);
        assertAllArmed();

        assertThat(told).extracting(NodeChange::path).containsExactlyInAnyOrder("/a", "/b");
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

    private static Predicate<String> has(String path) {
        return request -> request.contains(path);
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

    /** The client has armed them by itself, on servers with another history; the look at that was cut off. */
    @ParameterizedTest
    @EnumSource
    @Tag("S-61")
    void believesNothing_afterTheConnectionBroke_beforeTheHistoryWasKnown(Attachment how) {
        tree.backUp();
        tree.set("/a");
        tree.set("/b");
        settle();
        told.clear();
        cut();
        tree.putBack();
        for (int i = 0; i < 3; i++) {
            tree.set("/a");
        }
        tree.delete("/b/c"); // the others are older than what the client has seen
        tree.create("/none");
        attach(Attachment.RECONNECTED);
        while (asked().stream().anyMatch(request -> !request.startsWith("EXISTS"))) {
            assertThat(tree.serve() && tree.deliver()).isTrue();
            site.run();
        }
        cut();
        attach(how);
        settle();
        for (int again = 0; again < 20; again++) {
            site.pass(Duration.ofSeconds(61));
            settle();
        }

        assertThat(told).extracting(NodeChange::path).contains("/b");
        assertThat(watches).allMatch(Watch::isArmed);
        assertThat(site.restored).isEqualTo(2);
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

    /** The root was made at no time: a change of its children by a transaction of that number is no sign. */
    @ParameterizedTest
    @EnumSource
    @Tag("S-61")
    void doesNotGoByTheRootsChildren(Attachment how) {
        List<String> roots = new ArrayList<>();
        tree.create("/e");
        tree.backUp();
        tree.set("/e");
        tree.create("/m");
        watches.add(site.watches.children("/", change -> roots.add(change.path())));
        site.run();
        settle();
        told.clear();
        cut();
        tree.putBack();
        tree.set("/a");
        tree.create("/n");
        attach(how);
        assertAllArmed();

        assertThat(told).extracting(NodeChange::path).containsExactly("/a");
    }

    /** A node's children changed last by the same number in both histories; another node tells that they differ. */
    @ParameterizedTest
    @EnumSource
    @Tag("S-61")
    void doesNotGoByChildren_whenANodeContradicts(Attachment how) {
        tree.create("/e");
        watches.add(site.watches.node("/e", told::add));
        site.run();
        settle();
        tree.backUp();
        tree.set("/e");
        tree.create("/b/m");
        settle();
        told.clear();
        cut();
        tree.putBack();
        tree.set("/a");
        tree.create("/b/n");
        attach(how);
        assertAllArmed();

        assertThat(told).extracting(NodeChange::path).contains("/a");
    }
}
