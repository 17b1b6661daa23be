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
import org.junit.jupiter.api.BeforeEach;

/** Three nodes and the children of one are watched, as many as are worth a request for all. */
abstract class BulkWatches extends HandWatches {
    final List<NodeChange> told = new ArrayList<>();
    final List<ChildrenChange> toldOfChildren = new ArrayList<>();
    final List<Watch> watches = new ArrayList<>();

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

    void anotherHandle(Attachment how) {
        attach(how);
        assertThat(asked()).allMatch(request -> request.startsWith("EXISTS") && !request.endsWith("arm"));
    }

    void settleLooks() {
        while (asked().stream().anyMatch(request -> request.startsWith("EXISTS"))) {
            tree.serve();
            while (tree.deliver()) {
                site.run();
            }
        }
    }

    void assertAllArmed() {
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

    void assertAllArmedButGone() {
        settle();
        assertThat(watches).allMatch(Watch::isArmed);
        assertThat(tree.tellsOfNode("/b")).isTrue();
        assertThat(tree.tellsOfChildren("/b")).isTrue();
    }

    static Predicate<String> has(String path) {
        return request -> request.contains(path);
    }
}
