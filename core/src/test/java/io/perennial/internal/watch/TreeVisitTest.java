package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Trees on servers before 3.6, which have no watch for them: two that fire once stand on each node. */
@Tag("S-58")
class TreeVisitTest extends HandWatches {
    @BeforeEach
    void aServerBefore36() {
        tree.ancient = true;
        tree.create("/t");
    }

    /** The server says that it does not know tree watches, and hangs up. */
    private Watch watchOverHangUp() {
        attach(Attachment.NEW_SESSION);
        Watch all = watchTree("/t");
        while (!tree.hungUp) {
            assertThat(asked()).isNotEmpty();
            step();
        }
        cut();
        attach(Attachment.RECONNECTED);
        return all;
    }

    private void step() {
        tree.serve();
        tree.deliver();
        site.run();
    }

    private List<String> told() {
        return changes.heard().stream()
                .map(change -> change.kind() + " " + change.path())
                .toList();
    }

    @Test
    void asksOnceForAWatchOnTheTree_andNeverAgain() {
        Watch all = watchOverHangUp();
        assertThat(asked()).containsExactly("EXISTS /t and arm", "CHILDREN /t and arm");
        settle();
        assertThat(all.isArmed()).isTrue();
        assertThat(all.whenArmed()).isCompletedWithValue(all);
        assertThat(site.watches.problems()).isEmpty();

        for (Attachment how : Attachment.values()) {
            cut();
            attach(how);
            assertThat(asked()).containsExactly("EXISTS /t and arm", "CHILDREN /t and arm");
            settle();
        }
        assertThat(told()).containsExactly("CREATED /t");
        assertThat(site.restored).isEqualTo(5);
    }

    @Test
    void goesOn_whenTheServerDoesNotHangUp() {
        attach(Attachment.NEW_SESSION);
        Watch all = watchTree("/t");
        step();
        tree.hungUp = false;

        site.pass(Duration.ofSeconds(2));
        settle();

        assertThat(all.isArmed()).isTrue();
        assertThat(told()).containsExactly("CREATED /t");
    }

    @Test
    @Tag("W4")
    void readsWhatHasChanged_andNoMore() {
        Watch all = watchOverHangUp();
        tree.create("/t/a");
        settle();

        tree.set("/t/a");
        tree.deliver();
        site.run();
        assertThat(all.isArmed()).as("the next change is not reported yet").isFalse();
        assertThat(asked()).containsExactly("EXISTS /t/a and arm");
        settle();
        assertThat(all.isArmed()).isTrue();
        tree.create("/t/b");
        tree.deliver();
        site.run();
        assertThat(asked()).containsExactly("CHILDREN /t and arm");
        settle();
        tree.delete("/t/a");
        settle();

        assertThat(told())
                .containsExactly("CREATED /t", "CREATED /t/a", "CHANGED /t/a", "CREATED /t/b", "DELETED /t/a");
        assertThat(changes.heard()).noneMatch(change -> change.whileAway());
    }

    @Test
    void tellsOfEach_whenANodeIsDeletedAndMadeAgain() {
        watchOverHangUp();
        tree.create("/t/a");
        settle();

        tree.delete("/t/a");
        tree.create("/t/a");
        tree.create("/t/a/b");
        settle();
        tree.set("/t/a");
        settle();

        assertThat(told())
                .containsExactly(
                        "CREATED /t", "CREATED /t/a", "DELETED /t/a", "CREATED /t/a", "CREATED /t/a/b", "CHANGED /t/a");
        assertThat(tree.tellsOfTree("/t")).isTrue();
    }

    @Test
    void armsWhatFires_betweenTheTwoReadsOfANode() {
        watchOverHangUp();
        tree.serve();
        tree.set("/t"); // after the stat was read, before the names are
        settle();
        assertThat(tree.tellsOfTree("/t")).isTrue();

        tree.create("/t/a");
        settle();
        assertThat(told()).containsExactly("CREATED /t", "CREATED /t/a");
    }

    @Test
    void findsANode_thatIsMadeAgainWhileItIsRead() {
        watchOverHangUp();
        settle();
        tree.create("/t/a");
        for (int i = 0; i < 3; i++) {
            tree.deliver();
            site.run();
            tree.serve();
        }
        tree.delete("/t/a");
        tree.create("/t/a");
        settle();

        assertThat(tree.tellsOfTree("/t")).isTrue();
        tree.set("/t/a");
        settle();
        assertThat(told()).endsWith("CHANGED /t/a");
    }

    @Test
    void awaitsARootThatIsNotThere() {
        tree.delete("/t");
        Watch all = watchOverHangUp();
        settle();
        assertThat(all.isArmed()).isTrue();

        tree.create("/t");
        settle();
        tree.delete("/t");
        settle();
        tree.create("/t");
        settle();

        assertThat(told()).containsExactly("CREATED /t", "DELETED /t", "CREATED /t");
    }

    @Test
    void tellsOnce_whatWasChangedWhileAway() {
        tree.create("/t/a");
        watchOverHangUp();
        settle();
        cut();
        tree.set("/t/a");
        tree.create("/t/b");
        attach(Attachment.RECONNECTED);
        settle();

        assertThat(told()).containsExactly("CREATED /t", "CREATED /t/a", "CHANGED /t/a", "CREATED /t/b");
        assertThat(changes.heard().subList(2, 4)).allMatch(change -> change.whileAway());
    }

    @Test
    @DisplayName("Its data's watch has fired when the client caught up, before anything could be read")
    void armsBothWatches_whenAnEventComesBeforeTheNodeIsReached() {
        tree.create("/t/a");
        watchOverHangUp();
        settle();
        tree.set("/t/a");
        cut();
        attach(Attachment.RECONNECTED);
        tree.create("/t/a/b");
        settle();

        assertThat(tree.tellsOfTree("/t")).isTrue();
    }

    @Test
    @Tag("S-33")
    void keepsItsRetry_whateverFiresMeanwhile() {
        tree.create("/t/a");
        tree.denied.add("/t/a");
        Watch all = watchOverHangUp();
        settle();
        assertThat(site.watches.problems()).singleElement().asString().contains("NOAUTH");
        tree.create("/t/b");
        settle();
        assertThat(all.isArmed()).isFalse();

        tree.denied.clear();
        site.pass(Duration.ofSeconds(2));
        settle();

        assertThat(all.isArmed()).isTrue();
        assertThat(site.watches.problems()).isEmpty();
        assertThat(tree.tellsOfTree("/t")).isTrue();
    }

    @Test
    @Tag("W3")
    void leavesOtherWatchesOnThePathTheirOwn() {
        Watch one = watchNode("/t");
        Watch names = watchChildren("/t");
        watchOverHangUp();
        settle();
        assertThat(one.isArmed()).isTrue();
        assertThat(names.isArmed()).isTrue();

        tree.set("/t");
        tree.create("/t/a");
        settle();

        assertThat(node.last().stat().getMzxid()).isEqualTo(tree.stat("/t").getMzxid());
        assertThat(children.last().children()).containsExactly("a");
        assertThat(told()).containsExactly("CREATED /t", "CHANGED /t", "CREATED /t/a");
    }

    @Test
    @Tag("S-31")
    void disarmsEachNode_unlessAnotherTreeWatchesIt() {
        tree.create("/t/a");
        tree.create("/t/a/b");
        Watch all = watchOverHangUp();
        Watch part = watchTree("/t/a");
        settle();

        close(all);
        site.pass(Duration.ofSeconds(2));
        assertThat(asked()).containsExactly("REMOVE_WATCHES /t and arm");
        settle();
        tree.set("/t/a");
        settle();
        assertThat(told()).endsWith("CHANGED /t/a");

        close(part);
        site.pass(Duration.ofSeconds(2));
        assertThat(asked()).containsExactlyInAnyOrder("REMOVE_WATCHES /t/a and arm", "REMOVE_WATCHES /t/a/b and arm");
    }

    @Test
    void watchesTheWholeTree_onceTheServerIsUpgraded() {
        watchOverHangUp();
        settle();
        tree.ancient = false;
        cut();
        site.upgraded();
        attach(Attachment.RESUMED);

        assertThat(asked()).containsExactly("ADD_WATCH /t and arm", "CHILDREN /t");
        settle();
        tree.set("/t");
        settle();
        assertThat(told()).containsExactly("CREATED /t", "CHANGED /t");
    }

    @Test
    void staysWithTheWatchesThatItHas_asLongAsTheHandleLasts() {
        tree.create("/t/a");
        Watch all = watchOverHangUp();
        settle();
        tree.ancient = false;
        cut();
        site.upgraded();
        attach(Attachment.RECONNECTED);

        assertThat(asked()).containsExactly("EXISTS /t and arm", "CHILDREN /t and arm");
        settle();
        tree.set("/t/a");
        settle();
        assertThat(told()).containsExactly("CREATED /t", "CREATED /t/a", "CHANGED /t/a");
        close(all);
        site.pass(Duration.ofSeconds(2));
        assertThat(asked()).containsExactlyInAnyOrder("REMOVE_WATCHES /t and arm", "REMOVE_WATCHES /t/a and arm");
    }
}
