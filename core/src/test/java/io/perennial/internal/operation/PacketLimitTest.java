package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.perennial.operation.Write;
import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C4")
class PacketLimitTest {
    private static final int LIMIT = 0xfffff;

    @Test
    void refusesOneThatIsTooLong_withTheFigures() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketLimit.check(List.of(Write.setData("/a", new byte[2_000_000], -1)), LIMIT))
                .withMessageContaining("/a")
                .withMessageContaining("2001126 bytes in one request")
                .withMessageContaining("jute.maxbuffer is 1048575");
    }

    @Test
    void refusesManyThatAreTooLongTogether() {
        Write write = Write.create("/a/b", new byte[1_000], CreateMode.PERSISTENT);
        assertThatCode(() -> PacketLimit.check(Collections.nCopies(900, write), LIMIT))
                .doesNotThrowAnyException();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketLimit.check(Collections.nCopies(1_000, write), LIMIT))
                .withMessageStartingWith("1000 writes would take");
    }

    @Test
    void countsPathsInBytes() {
        Write umlauts = Write.delete("/" + "ü".repeat(1_000), -1);
        Write ascii = Write.delete("/" + "u".repeat(1_000), -1);
        assertThatCode(() -> PacketLimit.check(Collections.nCopies(900, ascii), LIMIT))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketLimit.check(Collections.nCopies(900, umlauts), LIMIT));
    }

    @Test
    void takesWhatJustFits() {
        assertThatCode(() -> PacketLimit.check(List.of(Write.setData("/a", new byte[500], -1)), 1_626))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketLimit.check(List.of(Write.setData("/a", new byte[500], -1)), 1_625));
    }
}
