package io.perennial.internal.watch;

import static io.perennial.internal.watch.StatBuilder.stat;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    @Tag("S-28")
    void tellsNodesApart_whenRecreatedAtTheSameDataVersion() {
        assertThat(Version.ofNode(stat(7, 7))).isNotEqualTo(Version.ofNode(stat(5, 5)));
    }

    @Test
    @Tag("S-61")
    void tellsServersApart_thatNumberTheSameTransactionsAlike() {
        Stat elsewhere = stat(5, 5, 5);
        elsewhere.setCtime(1);
        elsewhere.setMtime(1);

        assertThat(Version.ofNode(elsewhere)).isNotEqualTo(Version.ofNode(stat(5, 5, 5)));
        assertThat(Version.ofNode(elsewhere).isOfSameChange(Version.ofNode(stat(5, 5, 5))))
                .isFalse();
        assertThat(Version.ofChildren(elsewhere).isOfSameChange(Version.ofChildren(stat(5, 5, 5))))
                .isFalse();
    }

    @Test
    void tellsNodesApart_byDataAndAcl_butNotByChildren() {
        Stat acl = stat(5, 5);
        acl.setAversion(1);

        assertThat(Version.ofNode(stat(5, 6))).isNotEqualTo(Version.ofNode(stat(5, 5)));
        assertThat(Version.ofNode(acl)).isNotEqualTo(Version.ofNode(stat(5, 5)));
        assertThat(Version.ofNode(stat(5, 5, 9))).isEqualTo(Version.ofNode(stat(5, 5, 8)));
    }

    @Test
    void tellsChildrenApart_byChildrenAndParent_butNotByData() {
        assertThat(Version.ofChildren(stat(5, 5, 9))).isNotEqualTo(Version.ofChildren(stat(5, 5, 8)));
        assertThat(Version.ofChildren(stat(6, 6, 9))).isNotEqualTo(Version.ofChildren(stat(5, 5, 9)));
        assertThat(Version.ofChildren(stat(5, 7, 9))).isEqualTo(Version.ofChildren(stat(5, 6, 9)));
    }

    @Test
    @Tag("S-30")
    void isBefore_onlyAmongExistingNodes_byZxid() {
        Version older = Version.ofNode(stat(5, 6));
        Version newer = Version.ofNode(stat(5, 7));

        assertThat(older.isBefore(newer)).isTrue();
        assertThat(newer.isBefore(older)).isFalse();
        assertThat(newer.isBefore(newer)).isFalse();
        assertThat(Version.ABSENT.isBefore(newer)).isFalse();
        assertThat(older.isBefore(Version.ABSENT)).isFalse();
    }

    /** The server's root is of no transaction. */
    @Test
    void knowsTheRoot_fromWhatIsAbsent() {
        assertThat(Version.ofNode(stat(0, 6)).isBefore(Version.ofNode(stat(0, 7))))
                .isTrue();
    }
}
