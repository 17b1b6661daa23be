package io.perennial.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.testing.LinkCheck;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LinkCheckTest {
    @Test
    @DisplayName("the oldest ZooKeeper client and Curator have all that is used here")
    void linksWithTheOldestClients() throws IOException {
        try (LinkCheck check = LinkCheck.againstOldestClients()) {
            assertThat(check.missing()).isEmpty();
            assertThat(check.checked()).isGreaterThan(1_000);
        }
    }
}
