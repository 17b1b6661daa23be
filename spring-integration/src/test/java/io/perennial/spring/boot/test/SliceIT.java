package io.perennial.spring.boot.test;

import static io.perennial.test.PerennialAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** The slice alone, without the rest of an application. */
@ExtendWith(NoLeaks.class)
class SliceIT {
    private EmbeddedServer server;

    @Test
    void hasASessionAndItsServer_andEndsThemWithTheContext() {
        new ApplicationContextRunner().withUserConfiguration(Slice.class).run(context -> {
            server = context.getBean(EmbeddedServer.class);
            assertThat(context.getBean(ResilientSession.class)).recovers();
            assertThat(server.sessionIds()).hasSize(1);
        });

        assertThat(server.isRunning()).isFalse();
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurePerennialTest
    static class Slice {}
}
