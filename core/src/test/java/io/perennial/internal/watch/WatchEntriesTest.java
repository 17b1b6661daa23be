package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is armed and read, when, and what is told: one step after the other, without a server. */
class WatchEntriesTest extends HandWatches {
    private static final Duration ONE_RETRY = Duration.ofSeconds(2);

    @Test
    @Tag("W3")
    void armsItsOwn_whenTheTreeIsClosedDuringTheReadThatLeftItToTheTree() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        Watch all = watchTree("/t");
        settle();
        Watch one = watchNode("/t");

        close(all);
        settle();

        assertThat(one.isArmed()).isTrue();
        tree.set("/t");
        settle();
        assertThat(node.count()).isEqualTo(2);
    }

    @Test
    @Tag("W3")
    void armsItsOwnAgain_whenATreeCameAndWentDuringTheRead() {
        tree.old = true;
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        watchChildren("/t");

        close(watchTree("/t"));
        settle();

        tree.set("/t");
        tree.create("/t/a");
        settle();
        assertThat(node.count()).isEqualTo(2);
        assertThat(children.last().added()).containsExactly("a");
    }

    /** The client arms it again with the others', at each connection, until it is taken away there. */
    @Test
    @Tag("W3")
    void armsItsOwnAgain_whenAClosedTreesWatchComesBackWithTheConnection() {
        tree.old = true;
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        watchChildren("/t");
        Watch all = watchTree("/t");
        settle();
        close(all);
        settle();

        cut();
        attach(Attachment.RECONNECTED);
        settle();

        tree.create("/t/a");
        settle();
        assertThat(children.last().added()).containsExactly("a");
    }

    @Test
    @Tag("W3")
    void waitsForTheTreesWatch_alsoWhenItWasRefusedBefore() {
        tree.old = true;
        tree.denied.add("/t");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        Watch all = watchTree("/t");
        settle();
        assertThat(all.isArmed()).isFalse();

        cut();
        tree.denied.clear();
        tree.create("/t");
        attach(Attachment.RECONNECTED);
        settle();

        tree.set("/t");
        settle();
        assertThat(node.last().stat().getMzxid()).isEqualTo(2);
        assertThat(changes.last().kind()).isEqualTo(TreeChange.Kind.CHANGED);
    }

    /** What was read without the tree's watch may have changed before it stands. */
    @Test
    @Tag("W4")
    void readsTheWholeTreeAgain_whenItsWatchIsTakenLater() {
        tree.create("/t");
        tree.create("/t/secret");
        tree.create("/t/a");
        attach(Attachment.NEW_SESSION);
        tree.denied.add("/t");
        watchTree("/t");
        tree.serve();
        tree.denied.clear();
        tree.denied.add("/t/secret");
        settle();
        tree.delete("/t/a");
        tree.denied.clear();

        site.pass(ONE_RETRY);
        settle();

        assertThat(changes.heard())
                .extracting(change -> change.kind() + " " + change.path())
                .contains("CREATED /t/a", "DELETED /t/a", "CREATED /t/secret");
        assertThat(site.watches.problems()).isEmpty();
    }

    /**
     * Nobody is told that a node may be read now: only the next attempt shows it, and new refusals must not put that
     * off.
     */
    @Test
    @Tag("S-33")
    void readsAgainWhatWasRefused_alsoWhenOthersAreRefusedMeanwhileAgainAndAgain() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        watchTree("/t");
        settle();

        for (String opened : List.of("/t/1", "/t/2", "/t/3", "/t/4", "/t/5", "/t/6", "/t/7", "/t/8", "/t/9")) {
            tree.denied.add(opened);
            tree.create(opened);
            refuseAgainAndAgain();
            tree.denied.remove(opened);
            refuseAgainAndAgain();
            assertThat(changes.heard()).extracting(TreeChange::path).contains(opened);
        }
    }

    private void refuseAgainAndAgain() {
        tree.denied.add("/t/denied");
        for (int second = 0; second < 61; second++) {
            tree.create("/t/denied");
            settle();
            tree.delete("/t/denied");
            settle();
            site.pass(Duration.ofSeconds(1));
            settle();
        }
    }
}
