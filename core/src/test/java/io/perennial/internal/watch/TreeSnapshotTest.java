package io.perennial.internal.watch;

import static io.perennial.internal.watch.StatBuilder.stat;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.watch.TreeChange.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TreeSnapshotTest {
    private final List<String> heard = new ArrayList<>();
    private final TreeSnapshot tree = new TreeSnapshot("/t");

    @Test
    @Tag("W4")
    void tellsChanged_andKeepsTheChildren_whenOnlyTheStatIsKnown() {
        present("/t", 1, 1, "a");
        present("/t/a", 2, 2);
        heard.clear();
        Stat stat = new Stat();
        stat.setCzxid(1);
        stat.setMzxid(3);

        assertThat(tree.changed("/t", stat, (kind, path, s) -> heard.add(kind + " " + path)))
                .isTrue();
        assertThat(heard).containsExactly("CHANGED /t");
        assertThat(tree.knows("/t/a")).isTrue();

        stat.setCzxid(4);
        assertThat(tree.changed("/t", stat, (kind, path, s) -> heard.add(kind + " " + path)))
                .isFalse();
        assertThat(tree.changed("/t/b", stat, (kind, path, s) -> heard.add(kind + " " + path)))
                .isFalse();
        assertThat(heard).hasSize(1);
    }

    @Test
    void tellsCreated_thenChanged_thenNothing() {
        present("/t", 1, 1);
        present("/t", 1, 2);
        present("/t", 1, 2);

        assertThat(heard).containsExactly("CREATED /t", "CHANGED /t");
    }

    @Test
    void tellsDeletedAndCreated_whenNodeIsRecreated() {
        present("/t", 1, 1, "a");
        present("/t/a", 2, 2, "b");
        present("/t/a/b", 3, 3);
        heard.clear();

        present("/t/a", 5, 5, "b");

        assertThat(heard).containsExactly("DELETED /t/a/b", "DELETED /t/a", "CREATED /t/a");
        assertThat(tree.knows("/t/a/b")).isFalse();
    }

    @Test
    void tellsChildrenDeletedBeforeParents() {
        present("/t", 1, 1, "a");
        present("/t/a", 2, 2, "b");
        present("/t/a/b", 3, 3);
        heard.clear();

        tree.absent("/t", this::told);
        tree.absent("/t", this::told);

        assertThat(heard).containsExactly("DELETED /t/a/b", "DELETED /t/a", "DELETED /t");
        assertThat(tree.hasPlaceFor("/t")).isTrue();
        assertThat(tree.hasPlaceFor("/t/a")).isFalse();
    }

    @Test
    void tellsChildDeleted_whenParentDoesNotNameItAnyMore() {
        present("/t", 1, 1, "a", "b");
        present("/t/a", 2, 2);
        present("/t/b", 3, 3);
        heard.clear();

        present("/t", 1, 1, "b", "c");

        assertThat(heard).containsExactly("DELETED /t/a");
        assertThat(tree.knows("/t/b")).isTrue();
    }

    @Test
    void knowsNoNodeWithoutItsParent() {
        present("/t/a", 2, 2);

        assertThat(heard).isEmpty();
        assertThat(tree.knows("/t/a")).isFalse();
    }

    @Test
    void isAhead_ofAnOlderRead() {
        present("/t", 1, 5);

        assertThat(tree.isAheadOf("/t", stat(1, 4))).isTrue();
        assertThat(tree.isAheadOf("/t", stat(1, 5))).isFalse();
        assertThat(tree.isAheadOf("/t/a", stat(1, 1))).isFalse();
    }

    @Test
    void worksFromTheRoot() {
        TreeSnapshot whole = new TreeSnapshot("/");
        whole.present("/", stat(0, 0), List.of("a"), this::told);
        whole.present("/a", stat(1, 1), List.of("b"), this::told);
        whole.present("/a/b", stat(2, 2), List.of(), this::told);
        whole.absent("/a", this::told);

        assertThat(heard).containsExactly("CREATED /", "CREATED /a", "CREATED /a/b", "DELETED /a/b", "DELETED /a");
        assertThat(TreeSnapshot.parentOf("/a")).isEqualTo("/");
        assertThat(TreeSnapshot.join("/", "a")).isEqualTo("/a");
    }

    private void present(String path, long czxid, long mzxid, String... children) {
        tree.present(path, stat(czxid, mzxid), List.of(children), this::told);
    }

    private void told(Kind kind, String path, Stat stat) {
        assertThat(stat == null).isEqualTo(kind == Kind.DELETED);
        heard.add(kind + " " + path);
    }
}
