package io.perennial.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.request.WatchBatch;
import java.util.List;
import org.apache.zookeeper.IdleZooKeeper;
import org.apache.zookeeper.Watcher;
import org.junit.jupiter.api.Test;

/** With the client of this build; {@code OldClientsIT} looks at others. */
public class WatchTablesTest {
    private static final Watcher WATCHER = event -> {};

    /** Whether the client on the class path has them. */
    public static boolean areThere() {
        return WatchTables.get() != null;
    }

    @Test
    void areThere_andTakeABatch() throws Exception {
        var client = new IdleZooKeeper();

        WatchTables.get()
                .enter(client, new WatchBatch(7, List.of("/a", "/b"), List.of("/none"), List.of("/a"), WATCHER));

        assertThat(client.watched()).containsExactly(List.of("/a", "/b"), List.of("/none"), List.of("/a"));
    }
}
