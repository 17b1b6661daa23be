package io.perennial.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.operation.WriteOutcome.Kind;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a write, a fence and an outcome take and say. */
class WriteTest {
    private static final byte[] DATA = {1, 2};

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "/a//b", "/a/", "/a/../b"})
    void refusesPath(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.create(path, DATA, CreateMode.PERSISTENT))
                .withMessageContaining("path '" + path + "' is not a valid path");
        assertThatIllegalArgumentException().isThrownBy(() -> Write.setData(path, DATA, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Write.delete(path, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Write.check(path, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Fence.version(path, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Fence.owner(path, 1));
    }

    @Test
    void refusesNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.create(null, DATA, CreateMode.PERSISTENT))
                .withMessageContaining("path is null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.setData("/a", null, 0))
                .withMessageContaining("data is null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.create("/a", DATA, null))
                .withMessageContaining("mode of '/a' is null");
    }

    @Test
    void refusesModeWithTimeToLive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.create("/a", DATA, CreateMode.PERSISTENT_WITH_TTL))
                .withMessageContaining("mode of '/a' is PERSISTENT_WITH_TTL")
                .withMessageContaining("CreateMode.PERSISTENT");
    }

    @Test
    void refusesVersion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.delete("/a", -2))
                .withMessageContaining("version for '/a' is -2")
                .withMessageContaining("-1 for any");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fence.version("/a", -1))
                .withMessageContaining("version of the fence '/a' is -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fence.owner("/a", 0))
                .withMessageContaining("sessionId of the fence '/a' is 0");
    }

    @Test
    void keepsItsOwnCopyOfTheData_andDoesNotShowIt() {
        byte[] mine = {7};
        Write.Create create = Write.create("/a", mine, CreateMode.EPHEMERAL);
        mine[0] = 8;
        create.data()[0] = 9;

        assertThat(create.data()).containsExactly(7);
        assertThat(create).hasToString("create /a (EPHEMERAL, 1 bytes)");
        assertThat(Write.setData("/a", DATA, Write.ANY_VERSION)).hasToString("setData /a (2 bytes) at any version");
    }

    @Test
    void saysWhatItIs() {
        WriteOutcome refused = WriteOutcome.refused(Code.NONODE, "why");
        WriteOutcome matching = WriteOutcome.unknown(true, "why");
        WriteOutcome other = WriteOutcome.unknown(false, "why");

        assertThatThrownBy(refused::orThrow)
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.NONODE));
        assertThatThrownBy(other::orThrow).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(refused::path)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NOT_APPLIED");
        assertThat(matching.assumingSoleWriter().kind()).isEqualTo(Kind.APPLIED);
        assertThat(other.assumingSoleWriter()).isSameAs(other);
        assertThat(refused.assumingSoleWriter()).isSameAs(refused);
        WriteOutcome applied = WriteOutcome.applied(List.of(new WriteOutcome.Result("/a", null)), "why");
        assertThat(applied.orThrow()).isSameAs(applied);
        assertThat(applied.path()).isEqualTo("/a");
    }
}
