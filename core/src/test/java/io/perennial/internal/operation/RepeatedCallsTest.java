package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.OutcomeUnknownException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which failures lead to another attempt. */
class RepeatedCallsTest extends OperationsRig {
    @ParameterizedTest
    @CsvSource({
        "READ, CONNECTIONLOSS",
        "READ, OPERATIONTIMEOUT",
        "READ, REQUESTTIMEOUT",
        "READ, SESSIONMOVED",
        "READ, SESSIONEXPIRED",
        "IDEMPOTENT, CONNECTIONLOSS",
        "IDEMPOTENT, OPERATIONTIMEOUT",
        "IDEMPOTENT, REQUESTTIMEOUT",
        "IDEMPOTENT, SESSIONMOVED",
        "IDEMPOTENT, SESSIONEXPIRED",
        "READ, THROTTLEDOP",
        "IDEMPOTENT, NOTREADONLY",
        "ONCE, THROTTLEDOP",
        "ONCE, NOTREADONLY",
        "ONCE, SESSIONMOVED"
    })
    void repeats(Effect effect, Code code) {
        var calls = new AtomicInteger();

        String result = operations().call(effect, failingOnce(code, calls));

        assertThat(result).isEqualTo("done");
        assertThat(calls).hasValue(2);
    }

    @Test
    void repeats_whatCuratorHasNotSent() {
        var calls = new AtomicInteger();

        String result = operations().call(Effect.ONCE, c -> {
            if (calls.incrementAndGet() == 1) {
                throw new CuratorConnectionLossException();
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(calls).hasValue(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTIONLOSS", "OPERATIONTIMEOUT", "REQUESTTIMEOUT", "SESSIONEXPIRED", "AUTHFAILED"})
    void doesNotRepeat_whatMayHaveBeenAppliedAlready(Code code) {
        var calls = new AtomicInteger();

        assertThatThrownBy(() -> operations().call(Effect.ONCE, failingOnce(code, calls)))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("may have been applied")
                .cause()
                .isInstanceOfSatisfying(
                        KeeperException.class, e -> assertThat(e.code()).isEqualTo(code));

        assertThat(calls).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void givesTheServersAnswer_atOnce(Effect effect, Code code) {
        var calls = new AtomicInteger();

        assertThatThrownBy(() -> operations().call(effect, failingOnce(code, calls)))
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(code))
                .hasMessageContaining(code + " for /node")
                .cause()
                .isInstanceOfSatisfying(
                        KeeperException.class, e -> assertThat(e.code()).isEqualTo(code));

        assertThat(calls).hasValue(1);
    }

    private static Stream<Arguments> answers() {
        return Stream.of(Effect.values())
                .flatMap(effect -> Stream.of(Code.NOAUTH, Code.NODEEXISTS, Code.NOTEMPTY, Code.BADVERSION, Code.NONODE)
                        .map(code -> Arguments.of(effect, code)));
    }
}
