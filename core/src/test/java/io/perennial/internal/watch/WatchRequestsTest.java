package io.perennial.internal.watch;

import static io.perennial.internal.watch.StatBuilder.stat;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.time.Duration;
import org.apache.zookeeper.HandZooKeeper.Ask;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What watches ask of a server, and what they spare it. */
class WatchRequestsTest extends HandWatches {
    private static final Duration LAG = Duration.ofSeconds(1);

    /** The client arms them itself; with many it is made sure of by a few looks and a request for all the others. */
    @Test
    void readsNothing_whenTheClientHasReconnected() {
        site.client.rearms(true);
        attach(Attachment.NEW_SESSION);
        for (int i = 0; i < 1_000; i++) {
            tree.create("/t" + i);
            watchNode("/t" + i);
        }
        settle();

        cut();
        attach(Attachment.RECONNECTED);

        assertThat(asked()).hasSizeLessThan(15).allMatch(request -> request.matches("EXISTS /t\\d+"));
        assertThat(site.restored).isEqualTo(1);
        while (asked().stream().anyMatch(request -> request.startsWith("EXISTS"))) {
            tree.serve();
            tree.deliver();
            site.run();
        }
        assertThat(asked()).hasSize(1).allMatch(request -> request.startsWith("REARM"));
        settle();
        assertThat(asked()).isEmpty();
        assertThat(site.restored).isEqualTo(2);
    }

    @Test
    void asksOnlyWhetherItExists_whenItWasDeleted() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        settle();

        tree.delete("/t");
        tree.deliver();
        site.run();

        assertThat(asked()).containsExactly("EXISTS /t and arm");
    }

    @Test
    @Tag("W4")
    void doesNotListChildren_whenDataHaveChanged() {
        tree.create("/t");
        tree.create("/t/a");
        attach(Attachment.NEW_SESSION);
        watchTree("/t");
        settle();

        tree.set("/t");
        tree.deliver();
        site.run();
        assertThat(asked()).containsExactly("EXISTS /t");
        tree.serve();
        tree.deliver();
        site.run();

        assertThat(asked()).isEmpty();
        site.callbacks.runAll();
        assertThat(changes.last().path()).isEqualTo("/t");
        assertThat(changes.last().whileAway()).isFalse();
    }

    @Test
    void readsATreeOnce_whenItsWatchIsTakenAtOnce() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        settle();
        watchTree("/t");
        settle();

        watchTree("/t");

        assertThat(asked()).containsExactly("ADD_WATCH /t and arm", "CHILDREN /t");
        tree.serve();
        tree.deliver();
        site.run();
        tree.serve();
        tree.deliver();
        site.run();
        assertThat(asked()).isEmpty();
    }

    @Test
    void tellsOfATree_whatWasChangedWhileAway() {
        tree.create("/t");
        tree.create("/t/a");
        attach(Attachment.NEW_SESSION);
        watchTree("/t");
        settle();
        assertThat(changes.heard()).noneMatch(TreeChange::whileAway);
        cut();
        tree.set("/t/a");
        attach(Attachment.RECONNECTED);
        settle();
        assertThat(changes.last().path()).isEqualTo("/t/a");
        assertThat(changes.last().whileAway()).isTrue();

        tree.set("/t/a");
        settle();
        assertThat(changes.last().whileAway()).isFalse();
    }

    /** A read of one node that an event has asked for becomes part of the next reading of the whole. */
    @Test
    void readsAllBelow_whenANodeIsBeingReadAlready() {
        tree.create("/t");
        tree.create("/t/a");
        attach(Attachment.NEW_SESSION);
        watchTree("/t");
        settle();
        tree.create("/t/b");
        tree.deliver();
        site.run();
        tree.takeTreeAway("/t");
        tree.set("/t/a");

        settle();

        assertThat(changes.heard())
                .extracting(change -> change.kind() + " " + change.path())
                .contains("CREATED /t/b", "CHANGED /t/a");
    }

    @Test
    void armsATreeAgain_whenSomebodyTakesItsWatchAway() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        Watch all = watchTree("/t");
        settle();

        tree.takeTreeAway("/t");
        tree.deliver();
        site.run();

        assertThat(all.isArmed()).isFalse();
        assertThat(asked()).containsExactly("ADD_WATCH /t and arm", "CHILDREN /t");
        settle();
        assertThat(all.isArmed()).isTrue();
    }

    @Test
    void takesOneOfTwoTreesAway_alone() {
        attach(Attachment.NEW_SESSION);
        watchTree("/");
        watchTree("/a");
        settle();

        tree.takeTreeAway("/a");
        tree.deliver();
        site.run();

        assertThat(asked()).containsExactly("ADD_WATCH /a and arm", "CHILDREN /a");
    }

    @Test
    void isRestored_whenTheLastIs_whateverElseIsArmedMeanwhile() {
        tree.create("/t");
        tree.create("/u");
        watchNode("/t");
        attach(Attachment.NEW_SESSION);
        Ask first = site.client.asked().poll();
        watchNode("/u");
        settle();
        tree.set("/u");
        settle();
        assertThat(node.count()).isEqualTo(2);
        assertThat(site.restored).isZero();

        first.answer().give(Code.OK, stat(1, 1), new byte[0], null);
        site.run();

        assertThat(site.restored).isEqualTo(1);
    }

    @Test
    void isRestoredOnce_whoeverIsReadAgain() {
        tree.create("/t");
        watchNode("/t");
        watchNode("/never");
        attach(Attachment.NEW_SESSION);
        tree.serve();
        Ask last = site.client.asked().poll();
        settle();
        tree.set("/t");
        settle();

        assertThat(site.restored).as("one of two").isZero();
        last.refuse(Code.NONODE);
        site.run();
        settle();
        assertThat(site.restored).isEqualTo(1);
    }

    @Test
    @Tag("S-30")
    void readsANodeAgain_whatALaggingServerTells_untilItIsPlainlyAnotherHistory() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        answer(Code.OK, stat(5, 20));
        assertThat(node.last().stat().getMzxid()).isEqualTo(20);

        cut();
        attach(Attachment.RESUMED);
        for (int read = 1; read <= StaleReadRetry.MAX_READS; read++) {
            answer(Code.OK, stat(5, 10));
            assertThat(node.count()).as("after read " + read).isEqualTo(1);
            assertThat(asked()).isEmpty();
            site.pass(LAG);
            assertThat(asked()).containsExactly("DATA /t and arm");
        }
        answer(Code.OK, stat(5, 10));

        assertThat(node.last().stat().getMzxid()).isEqualTo(10);
        assertThat(asked()).isEmpty();
    }

    @Test
    @Tag("S-30")
    void readsATreesNodeAgain_whatALaggingServerTells_untilItIsPlainlyAnotherHistory() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        watchTree("/t");
        tree.serve();
        tree.deliver();
        site.run();
        answer(Code.OK, stat(5, 20));
        assertThat(changes.count()).isEqualTo(1);

        tree.set("/t");
        tree.deliver();
        site.run();
        for (int read = 1; read <= StaleReadRetry.MAX_READS; read++) {
            answer(Code.OK, stat(5, 10));
            assertThat(changes.count()).as("after read " + read).isEqualTo(1);
            assertThat(asked()).isEmpty();
            site.pass(LAG);
            assertThat(asked()).containsExactly("EXISTS /t");
        }
        answer(Code.OK, stat(5, 10));

        assertThat(changes.count()).isEqualTo(2);
        assertThat(changes.last().stat().getMzxid()).isEqualTo(10);
        assertThat(asked()).isEmpty();
    }
}
