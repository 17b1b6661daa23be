package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Watches that are closed, alone or with the session: what is taken away at the server, and when. */
class ClosedWatchesTest extends HandWatches {
    private static final Duration DISARMED = Duration.ofSeconds(2);

    @Test
    @Tag("S-31")
    void disarmsTheLastOfAPath_afterAWhile() {
        attach(Attachment.NEW_SESSION);
        Watch one = watchNode("/t");
        Watch other = watchNode("/t");
        settle();
        close(one);
        site.pass(DISARMED);
        assertThat(asked()).isEmpty();

        close(other);
        site.pass(DISARMED);

        assertThat(asked()).containsExactly("REMOVE_WATCHES /t and arm");
    }

    @Test
    @Tag("S-31")
    @Tag("W3")
    @DisplayName("A server before 3.9 would take the tree's watch with it")
    void disarmsANodeOnlyWhenTheTreeThatIsRootedThereIsClosed() {
        attach(Attachment.NEW_SESSION);
        Watch one = watchNode("/t");
        settle();
        Watch rooted = watchTree("/t");
        settle();
        close(one);
        site.pass(DISARMED);
        assertThat(asked()).isEmpty();

        close(rooted);
        site.pass(DISARMED);

        assertThat(asked())
                .as("the node's and the tree's")
                .containsExactly("REMOVE_WATCHES /t and arm", "REMOVE_WATCHES /t and arm");
    }

    @Test
    @Tag("S-31")
    void disarmsWithTheNextConnection_whatWasClosedWithoutOne() {
        attach(Attachment.NEW_SESSION);
        Watch one = watchNode("/t");
        settle();
        cut();
        close(one);
        attach(Attachment.RECONNECTED);
        site.pass(DISARMED);

        assertThat(asked()).containsExactly("REMOVE_WATCHES /t and arm");
    }

    @Test
    @Tag("S-31")
    void disarmsAgain_whatTheConnectionTookAlong() {
        attach(Attachment.NEW_SESSION);
        Watch one = watchNode("/t");
        settle();
        close(one);
        site.pass(DISARMED);
        cut();
        attach(Attachment.RECONNECTED);
        site.pass(DISARMED);

        assertThat(asked()).containsExactly("REMOVE_WATCHES /t and arm");
    }

    @Test
    void disarmsNothingOnAnotherHandle() {
        attach(Attachment.NEW_SESSION);
        Watch one = watchNode("/t");
        settle();
        close(one);
        cut();
        attach(Attachment.NEW_SESSION);
        site.pass(DISARMED);

        assertThat(asked()).isEmpty();
    }

    @Test
    void asksNothing_forOneThatIsClosedAtOnce() {
        attach(Attachment.NEW_SESSION);
        Watch one = site.watches.node("/t", node);
        one.close();
        site.run();

        assertThat(asked()).isEmpty();
        assertThat(one.whenArmed()).isCompletedExceptionally();
    }

    @Test
    void failsWhoeverWaits_whenTheSessionIsClosed() {
        tree.create("/t");
        tree.denied.add("/t");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        settle();
        List<Watch> waiting = List.of(watchNode("/a"), watchChildren("/a"), watchTree("/a"));

        site.close();

        assertThat(waiting).allMatch(watch -> watch.whenArmed().isCompletedExceptionally());
        assertThat(site.watches.problems()).isEmpty();
    }

    @Test
    void failsWhoeverComesTooLate() {
        attach(Attachment.NEW_SESSION);
        var late = new Watch[1];

        site.closeWhile(() -> late[0] = site.watches.node("/t", node));

        assertThat(late[0].whenArmed()).isCompletedExceptionally();
        assertThat(late[0].path()).isEqualTo("/t");
    }
}
