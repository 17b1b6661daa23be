package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProtectedNameTest {
    private final String id = ProtectedName.newId();

    @Test
    void putsTheIdBeforeTheNameInTheSameParent() {
        assertThat(ProtectedName.path("/queue/q-", id)).isEqualTo("/queue/_c_" + id + "-q-");
        assertThat(ProtectedName.path("/q-", id)).isEqualTo("/_c_" + id + "-q-");
    }

    @Test
    void findsTheIdInAnActualPath() {
        assertThat(ProtectedName.idIn(ProtectedName.path("/queue/q-", id) + "0000000042"))
                .isEqualTo(id);
    }

    @Test
    void findsNoIdInOtherPaths() {
        assertThat(ProtectedName.idIn("/queue/q-0000000042")).isEmpty();
        assertThat(ProtectedName.idIn("/queue/_c_short")).isEmpty();
        assertThat(ProtectedName.idIn("/queue/_c_" + id))
                .as("no name behind it")
                .isEmpty();
    }

    @Test
    void beginsEachPathWithTheBeginningOfItsSiblings() {
        String path = ProtectedName.path("/queue/q-", id);
        assertThat(path).startsWith(ProtectedName.beginning("/queue/q-", id));
        assertThat(path).startsWith(ProtectedName.beginningOfSiblings("/queue/q-"));
    }

    @Test
    void countsWhatItAdds() {
        String actual = ProtectedName.path("/queue/q-", id) + "0000000042";
        assertThat(actual.length() - "/queue/q-".length()).isEqualTo(ProtectedName.ADDED_BYTES);
    }

    @Test
    void listsAncestorsShallowFirst() {
        assertThat(ServerPaths.ancestors("/a/b/c")).containsExactly("/a", "/a/b");
        assertThat(ServerPaths.ancestors("/a")).isEmpty();
    }
}
