package io.perennial.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

class WriteOutcomeTest {
    @Test
    void isThrownWithWhatIsKnown_whenItIsUnknown() {
        WriteOutcome unknown = WriteOutcome.unknown(true, "everything is as this write would have left it");

        assertThatThrownBy(unknown::orThrow)
                .isInstanceOfSatisfying(OutcomeUnknownException.class, e -> assertThat(e.outcome())
                        .containsSame(unknown))
                .hasMessage("everything is as this write would have left it");
    }

    @Test
    void isThrownWithTheServersAnswer_whenItWasNotApplied() {
        WriteOutcome refused = WriteOutcome.refused(Code.BADVERSION, "not applied");

        assertThatThrownBy(refused::orThrow)
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.BADVERSION))
                .hasMessage("not applied");
    }

    @Test
    void isNotThrown_whenItWasApplied() {
        WriteOutcome applied = WriteOutcome.applied(List.of(), "applied and acknowledged");

        assertThat(applied.orThrow()).isSameAs(applied);
    }

    @Test
    void saysWhatItLeft_onlyWhenItWasApplied() {
        var stat = new Stat();
        WriteOutcome applied =
                WriteOutcome.applied(List.of(new WriteOutcome.Result("/a", stat)), "applied and acknowledged");
        WriteOutcome unknown = WriteOutcome.unknown(true, "cannot tell");

        assertThat(applied.isApplied()).isTrue();
        assertThat(applied.stat()).isSameAs(stat);
        assertThat(unknown.isApplied()).isFalse();
        assertThatThrownBy(unknown::stat).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leavesAnExceptionWithoutAnOutcome_whenNobodyLookedForOne() {
        assertThat(new OutcomeUnknownException("the acknowledgement was lost").outcome())
                .isEmpty();
        assertThat(new OutcomeUnknownException("the acknowledgement was lost", null).outcome())
                .isEmpty();
    }
}
