package io.perennial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResilientSessionTest {
    @Test
    void saysItsNameAndState() {
        ResilientSession session = ResilientSession.builder()
                .name("orders")
                .connectString("127.0.0.1:1")
                .build();
        assertThat(session).hasToString("session 'orders' (LATENT)");

        session.close();
        assertThat(session).hasToString("session 'orders' (CLOSED)");
    }
}
