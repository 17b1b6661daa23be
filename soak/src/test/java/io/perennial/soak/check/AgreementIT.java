package io.perennial.soak.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.work.Places;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that know nothing of one another stand for some that have come to differ. */
class AgreementIT {
    @AutoClose
    private final EmbeddedServer one = EmbeddedServer.start();

    @AutoClose
    private final EmbeddedServer other = EmbeddedServer.start();

    @AutoClose
    private final IndependentClient client = new IndependentClient(one.connectString());

    @BeforeEach
    void fill() {
        client.create(Places.ROOT, new byte[0]);
        client.create(Places.ROOT + "/here", new byte[] {'a'});
    }

    @Test
    void isThereWhenAllHaveTheSame() throws Exception {
        assertThat(Agreement.difference(List.of(one.connectString(), one.connectString())))
                .isEmpty();
    }

    @Test
    void isThereWhileClientsWrite() throws Exception {
        var over = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            while (!over.get()) {
                client.setData(Places.ROOT + "/here", new byte[] {'b'});
            }
        });
        writer.start();
        try {
            assertThat(Agreement.difference(List.of(one.connectString(), one.connectString())))
                    .isEmpty();
        } finally {
            over.set(true);
            writer.join();
        }
    }

    @Test
    void isNotThereWhenAServerHasWhatAnotherHasNot() throws Exception {
        assertThat(Agreement.difference(List.of(one.connectString(), other.connectString())))
                .hasValueSatisfying(difference -> assertThat(difference)
                        .contains("2 nodes differ", Places.ROOT + "/here (", "text=a", "nothing"));
    }
}
