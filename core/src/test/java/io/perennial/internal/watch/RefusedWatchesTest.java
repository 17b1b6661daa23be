package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.Watch;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Watches that a server refuses: what is reported of them, and when they are tried again. */
class RefusedWatchesTest extends HandWatches {
    private static final Duration ONE_RETRY = Duration.ofSeconds(2);

    @Test
    @Tag("S-33")
    void tellsOfARefusal_triesAgain_andHoldsNobodyUp() {
        tree.create("/t");
        tree.denied.add("/t");
        Watch one = watchNode("/t");
        attach(Attachment.NEW_SESSION);
        settle();

        assertThat(one.whenArmed()).isCompletedExceptionally();
        assertThat(site.watches.problems())
                .singleElement()
                .asString()
                .contains("node watch on /t refused: NOAUTH (attempt 1)");
        assertThat(site.restored).isEqualTo(1);
        tree.denied.clear();
        site.pass(ONE_RETRY);
        settle();

        assertThat(one.isArmed()).isTrue();
        assertThat(site.watches.problems()).isEmpty();
        assertThat(node.count()).isEqualTo(1);
    }

    @Test
    void saysAgainThatItIsRefused_whenItWasArmed() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        Watch one = watchNode("/t");
        settle();

        tree.denied.add("/t");
        tree.set("/t");
        settle();

        assertThat(one.isArmed()).isFalse();
        assertThat(site.watches.standing()).isZero();
    }

    @Test
    @Tag("S-33")
    void triesAgain_whenEvenExistsIsRefused() {
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        tree.serve();
        tree.deliver();
        site.run();
        answer(Code.SYSTEMERROR, null);

        assertThat(site.watches.problems()).hasSize(1);
        site.pass(ONE_RETRY);
        assertThat(asked()).containsExactly("EXISTS /t and arm");
    }

    @Test
    void forgetsTheRetry_whenTheNextHandleArms() {
        tree.create("/t");
        tree.denied.add("/t");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        settle();
        tree.denied.clear();
        cut();
        attach(Attachment.RESUMED);
        settle();

        site.pass(ONE_RETRY);

        assertThat(asked()).isEmpty();
    }

    @Test
    @Tag("W3")
    void armsItsOwn_whereATreeIsRefused_andLeavesItWhenTheTreeIsRefusedAgain() {
        tree.denied.add("/t");
        attach(Attachment.NEW_SESSION);
        Watch all = watchTree("/t");
        Watch one = watchNode("/t");
        settle();
        assertThat(node.count()).isEqualTo(1);
        assertThat(one.isArmed()).isTrue();

        site.pass(ONE_RETRY);
        tree.serve();
        tree.deliver();
        site.run();
        assertThat(asked()).as("read again for nothing").noneMatch(ask -> ask.startsWith("EXISTS"));
        settle();

        assertThat(all.isArmed()).isFalse();
        tree.denied.clear();
        tree.create("/t");
        settle();
        assertThat(node.last().exists()).isTrue();
    }

    @Test
    @Tag("W3")
    void readsWhatChanged_whileATreeWasBeingRefusedAgain() {
        tree.denied.add("/t");
        attach(Attachment.NEW_SESSION);
        watchTree("/t");
        watchNode("/t");
        settle();
        site.pass(ONE_RETRY); // its watch is asked for
        tree.denied.clear();
        tree.create("/t");
        tree.deliver();
        site.run();
        tree.denied.add("/t");
        tree.serve();
        tree.denied.clear();

        settle();

        assertThat(node.last().exists()).isTrue();
    }
}
