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

/** The servers are put back to a backup, and take the client's connection all the same. */
@Tag("S-61")
class WatchHistoryTest extends HandWatches {
    /** For the reads that an older state is repeated for. */
    private static final Duration REPEATED = Duration.ofSeconds(10);

    private void reconnect() {
        attach(Attachment.RECONNECTED);
        settle();
        repeatReads();
    }

    private void repeatReads() {
        for (int read = 1; read <= StaleReadRetry.MAX_READS; read++) {
            site.pass(REPEATED);
            settle();
        }
    }

    @Test
    void tellsWhatTheBackupHas() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        watchChildren("/t");
        settle();
        tree.backUp();
        tree.set("/t");
        tree.create("/t/a");
        settle();
        assertThat(node.last().stat().getMzxid()).isEqualTo(2);

        cut();
        tree.putBack();
        reconnect();

        assertThat(node.last().stat().getMzxid()).isEqualTo(1);
        assertThat(node.last().whileAway()).isTrue();
        assertThat(children.last().children()).isEmpty();
        assertThat(site.restored).isEqualTo(2);
    }

    /** By a transaction whose number the client has seen: the server does not report it. */
    @Test
    void tellsWhatWasChangedSince() {
        tree.create("/t");
        tree.create("/u");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        watchNode("/u");
        settle();
        tree.backUp();
        tree.set("/t");
        tree.set("/t");
        settle();

        cut();
        tree.putBack();
        tree.set("/t");
        tree.set("/u");
        reconnect();

        assertThat(node.heard())
                .extracting(change -> change.path() + change.stat().getMzxid())
                .endsWith("/u4", "/t3");
        assertThat(tree.tellsOfNode("/t")).isTrue();
        assertThat(tree.tellsOfNode("/u")).isTrue();
    }

    @Test
    void tellsOnce_whenTheOneAskedOfChangesMeanwhile() {
        tree.create("/t");
        tree.create("/u");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        watchNode("/u");
        settle();
        int heard = node.count();
        cut();

        attach(Attachment.RECONNECTED);
        assertThat(asked()).containsExactly("EXISTS /u", "EXISTS /t");
        tree.set("/u");
        settle();

        assertThat(node.count()).isEqualTo(heard + 1);
        assertThat(node.last().path()).isEqualTo("/u");
        assertThat(site.restored).isEqualTo(2);
    }

    /** One that was read again on this connection is as it was read, whatever the history. */
    @Test
    void isNotSatisfiedByWhatWasReadSince() {
        List.of("/s", "/t", "/u").forEach(tree::create);
        attach(Attachment.NEW_SESSION);
        List.of("/s", "/t", "/u").forEach(this::watchNode);
        settle();
        tree.backUp();
        List.of("/s", "/s", "/t", "/u").forEach(tree::set);
        settle();
        cut();
        tree.putBack();
        tree.set("/s");

        attach(Attachment.RECONNECTED);
        assertThat(asked()).containsExactly("EXISTS /u", "EXISTS /t", "EXISTS /s");
        tree.set("/u");
        tree.set("/t");
        settle();
        repeatReads();

        assertThat(node.heard())
                .extracting(change -> change.path() + change.stat().getMzxid())
                .contains("/s4");
        assertThat(site.restored).isEqualTo(2);
    }

    @Test
    void readsAll_whenTheQuestionIsRefused() {
        tree.create("/t");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        settle();
        tree.backUp();
        tree.set("/t");
        settle();
        cut();
        tree.putBack();

        attach(Attachment.RECONNECTED);
        site.client.asked().remove().refuse(Code.SYSTEMERROR);
        site.run();
        settle();
        repeatReads();

        assertThat(node.last().stat().getMzxid()).isEqualTo(1);
        assertThat(site.restored).isEqualTo(2);
    }

    @Test
    void readsNothingAgain_whenItIsTheSameHistory() {
        tree.create("/t");
        tree.create("/u");
        attach(Attachment.NEW_SESSION);
        watchNode("/t");
        watchNode("/u");
        settle();
        int heard = node.count();
        cut();
        tree.create("/x");

        attach(Attachment.RECONNECTED);
        assertThat(asked()).containsExactly("EXISTS /u", "EXISTS /t");
        settle();

        assertThat(node.count()).isEqualTo(heard);
        assertThat(site.restored).isEqualTo(2);
    }

    /** The client has armed the watches by itself, on servers with another history; the look at that is cut off. */
    @ParameterizedTest
    @EnumSource
    void asksAgain_whenTheConnectionBreaksOverTheQuestion(Attachment how) {
        List.of("/t", "/u").forEach(tree::create);
        attach(Attachment.NEW_SESSION);
        List.of("/t", "/u").forEach(this::watchNode);
        settle();
        tree.backUp();
        List.of("/t", "/u").forEach(tree::set);
        settle();
        cut();
        tree.putBack();
        List.of("/t", "/t", "/t").forEach(tree::set);
        for (int broken = 0; broken < 3; broken++) {
            attach(Attachment.RECONNECTED);
            answerReads();
            assertThat(asked()).contains("EXISTS /u");
            cut();
        }

        attach(how);
        settle();
        repeatReads();

        assertThat(node.heard())
                .extracting(change -> change.path() + change.stat().getMzxid())
                .contains("/t5", "/u2");
        assertThat(tree.tellsOfNode("/t")).isTrue();
        assertThat(tree.tellsOfNode("/u")).isTrue();
        assertThat(site.restored).isEqualTo(2);
    }

    /** Those that find nothing to be told of: the one that is asked about stays unanswered. */
    private void answerReads() {
        while (asked().stream().anyMatch(request -> !request.startsWith("EXISTS"))) {
            assertThat(tree.serve()).isTrue();
            while (tree.deliver()) {
                site.run();
            }
        }
    }

    /** The latest change that is known was before the backup: its transaction is the same in both histories. */
    @Test
    void tellsWhatIsNotLookedAt_whenOnlyOthersWereChangedSinceTheBackup() {
        List<String> paths = IntStream.range(0, 40).mapToObj(i -> "/n" + i).toList();
        site.client.rearms(true);
        paths.forEach(tree::create);
        attach(Attachment.NEW_SESSION);
        paths.forEach(this::watchNode);
        watchChildren("/n3");
        settle();
        tree.backUp();
        tree.create("/other");
        tree.set("/other");
        tree.set("/other");
        Watch other = watchNode("/other"); // so that the client sees its transaction
        settle();
        close(other);
        settle();
        cut();
        tree.putBack();
        tree.set("/n2");
        tree.create("/n3/child");

        attach(Attachment.RECONNECTED);
        while (node.heard().stream().noneMatch(NodeChange::whileAway)
                || !children.last().whileAway()) {
            assertThat(site.restored).isEqualTo(1);
            assertThat(tree.serve() || tree.deliver()).isTrue();
            site.run();
            site.callbacks.runAll();
        }
        settle();

        assertThat(node.heard())
                .filteredOn(NodeChange::whileAway)
                .extracting(NodeChange::path)
                .containsExactly("/n2");
        assertThat(children.last().children()).containsExactly("child");
        assertThat(paths).allMatch(tree::tellsOfNode);
        assertThat(site.restored).isEqualTo(2);
    }
}
