package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.Watch;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The reads of a tree that overlap, and those that are refused. */
class TreeReadsTest extends HandWatches {
    @Test
    void isArmed_whenTheLastReadOfItsTreeIsOfChangedData() {
        tree.create("/t");
        tree.create("/t/a");
        attach(Attachment.NEW_SESSION);
        Watch all = watchTree("/t");
        for (int i = 0; i < 2; i++) {
            tree.serve();
            tree.deliver();
            site.run();
        }
        tree.set("/t");
        tree.deliver();
        site.run();
        assertThat(asked()).containsExactly("CHILDREN /t/a", "EXISTS /t");

        settle();

        assertThat(all.isArmed()).isTrue();
    }

    @Test
    @Tag("S-33")
    void triesAgainWhenTheFirstRefusalSaysSo_howeverManyFollow() {
        tree.create("/t");
        tree.denied.add("/t/a");
        tree.create("/t/a");
        attach(Attachment.NEW_SESSION);
        watchTree("/t");
        settle();
        for (int i = 0; i < 20; i++) {
            tree.denied.add("/t/" + i);
            tree.create("/t/" + i);
            settle();
        }
        assertThat(asked()).isEmpty();

        site.pass(Duration.ofSeconds(1));

        assertThat(asked()).contains("CHILDREN /t/a");
    }
}
