package io.perennial;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.testing.LinkCheck;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LinkCheckTest {
    @Test
    @DisplayName("the oldest ZooKeeper client and Curator have all that is used here, but for what is asked for first")
    void linksWithTheOldestClients() throws IOException {
        try (LinkCheck check = LinkCheck.againstOldestClients()) {
            assertThat(check.missing())
                    .allMatch(missing -> missing.endsWith("/PlainData")
                            // Ours is called by those that have that method.
                            || missing.startsWith("org.apache.zookeeper.Testable.closeSocket "));
            assertThat(check.checked()).isGreaterThan(1_000);
        }
    }
}
