package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.NodeChange;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The servers have another history than the one in which all was armed. */
@Tag("S-61")
class BulkHistoryTest extends BulkWatches {
    @Test
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

    /** The client has armed them by itself, on servers with another history; the look at that was cut off. */
    @ParameterizedTest
    @EnumSource
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

    /** The root was made at no time: a change of its children by a transaction of that number is no sign. */
    @ParameterizedTest
    @EnumSource
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
