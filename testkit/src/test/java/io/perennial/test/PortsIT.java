package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsIT {
    private static final int MANY = 2_000; // of 17,000: without locks two JVMs would have some 200 in common

    /** Nobody listens at them: a server that is down has only the lock. */
    @Test
    void givesNoPort_thatAnotherJvmHasBeenGiven() {
        try (var one = JvmProcess.start(Holder.class);
                var other = JvmProcess.start(Holder.class)) {
            assertThat(given(one)).hasSize(MANY).doesNotContainAnyElementsOf(given(other));
        }
    }

    private static List<String> given(JvmProcess jvm) {
        jvm.awaitLine("all"::equals);
        return jvm.lines().stream().filter(line -> !line.equals("all")).toList();
    }

    static final class Holder {
        public static void main(String[] args) throws InterruptedException {
            IntStream.range(0, MANY).forEach(i -> System.out.println(Ports.free()));
            System.out.println("all");
            Thread.currentThread().join();
        }
    }
}
