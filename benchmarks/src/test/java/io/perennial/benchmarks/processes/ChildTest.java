package io.perennial.benchmarks.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChildTest {
    @Test
    void figuresComeBack() throws Exception {
        assertThat(Child.run(Answering.class, "3")).containsExactly(0.0, 1.5, 3.0);
    }

    @Test
    void programThatSaysNothingHasFailed() {
        assertThatThrownBy(() -> Child.run(Silent.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Silent")
                .hasMessageContaining("not what was asked");
    }

    @Test
    void figureOfAProgramThatFailedDoesNotCount() {
        assertThatThrownBy(() -> Child.run(Failing.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a change was lost");
    }

    static final class Answering {
        private Answering() {}

        public static void main(String[] args) {
            double[] figures = new double[Integer.parseInt(args[0])];
            for (int i = 0; i < figures.length; i++) {
                figures[i] = 1.5 * i;
            }
            Child.answer(figures);
        }
    }

    static final class Silent {
        private Silent() {}

        public static void main(String[] args) {
            System.out.println("not what was asked");
        }
    }

    static final class Failing {
        private Failing() {}

        public static void main(String[] args) {
            Child.fail("a change was lost");
            Child.answer(1);
        }
    }
}
