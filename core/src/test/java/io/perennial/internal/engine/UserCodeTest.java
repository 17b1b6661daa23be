package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("U1")
class UserCodeTest {
    @Test
    void handsOnWhateverIsThrown() {
        var checked = new IOException("undeclared");
        var error = new OutOfMemoryError("full");

        assertThat(UserCode.run(() -> {})).isNull();
        assertThat(UserCode.run(() -> {
                    throw checked;
                }))
                .isSameAs(checked);
        assertThat(UserCode.run(() -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void answersOtherwise_whenTheCallThrows() {
        List<Throwable> thrown = new ArrayList<>();
        var checked = new IOException("undeclared");

        assertThat(UserCode.get(() -> "given", "otherwise", thrown::add)).isEqualTo("given");
        assertThat(thrown).isEmpty();
        assertThat(UserCode.<String>get(
                        () -> {
                            throw checked;
                        },
                        "otherwise",
                        thrown::add))
                .isEqualTo("otherwise");
        assertThat(thrown).containsExactly(checked);
    }

    @Test
    void restoresTheInterrupt() {
        UserCode.run(() -> {
            throw new InterruptedException();
        });

        assertThat(Thread.interrupted()).isTrue();

        String unused = UserCode.get(
                () -> {
                    throw new InterruptedException();
                },
                "otherwise",
                thrown -> assertThat(Thread.currentThread().isInterrupted()).isTrue());

        assertThat(Thread.interrupted()).isTrue();
    }
}
