package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProtectionTest {
    private final String id = Protection.newId();

    @Test
    void putsTheIdBeforeTheNameInTheSameParent() {
        assertThat(Protection.path("/queue/q-", id)).isEqualTo("/queue/_c_" + id + "-q-");
        assertThat(Protection.path("/q-", id)).isEqualTo("/_c_" + id + "-q-");
    }

    @Test
    void findsTheIdInAnActualPath() {
        assertThat(Protection.idIn(Protection.path("/queue/q-", id) + "0000000042"))
                .isEqualTo(id);
    }

    @Test
    void findsNoIdInOtherPaths() {
        assertThat(Protection.idIn("/queue/q-0000000042")).isEmpty();
        assertThat(Protection.idIn("/queue/_c_short")).isEmpty();
        assertThat(Protection.idIn("/queue/_c_" + id)).as("no name behind it").isEmpty();
    }

    @Test
    void beginsEachPathWithTheBeginningOfItsSiblings() {
        String path = Protection.path("/queue/q-", id);
        assertThat(path).startsWith(Protection.beginning("/queue/q-", id));
        assertThat(path).startsWith(Protection.beginningOfSiblings("/queue/q-"));
    }

    @Test
    void countsWhatItAdds() {
        String actual = Protection.path("/queue/q-", id) + "0000000042";
        assertThat(actual.length() - "/queue/q-".length()).isEqualTo(Protection.ADDED_BYTES);
    }

    @Test
    void listsAncestorsShallowFirst() {
        assertThat(ServerPaths.ancestors("/a/b/c")).containsExactly("/a", "/a/b");
        assertThat(ServerPaths.ancestors("/a")).isEmpty();
    }
}
