package io.perennial.spring.boot.endpoint;

import static io.perennial.test.PerennialAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.perennial.ResilientSession;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.json.JsonMapper;

/** Nothing secret is in the endpoint's answers, nor in what is logged meanwhile, however much that is. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class SecretsIT {
    private static final String PASSWORD = "password-of-joe";
    private static final String STORE_PASSWORD = "password-of-a-store";
    private static final String DATA = "data-of-a-node";
    /** No secret: what every place may show, so that it is seen whether the search looks there. */
    private static final String PLANTED = "planted-in-every-place";

    @AutoClose
    private final EmbeddedServer server = EmbeddedServer.start();

    @Test
    void areKept() {
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        var logger = (Logger) LoggerFactory.getLogger("io.perennial");
        Level before = logger.getLevel();
        logger.setLevel(Level.TRACE);
        logger.addAppender(logged);
        try {
            contexts().run(context -> {
                ResilientSession session = context.getBean(ResilientSession.class);
                assertThat(session).recovers();
                server.expireSession(session.info().orElseThrow().sessionId());
                assertThat(session).recovers();

                SessionsEndpoint endpoint = context.getBean(SessionsEndpoint.class);
                var json = new JsonMapper();
                assertKept(json.writeValueAsString(endpoint.sessions()));
                assertKept(json.writeValueAsString(endpoint.session(PLANTED)));
            });
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(before);
        }
        assertKept(logged.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n")));
    }

    private ApplicationContextRunner contexts() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PerennialAutoConfiguration.class, SessionsEndpointAutoConfiguration.class))
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=zookeepersessions",
                        "perennial.connect-string=" + server.connectString(),
                        "perennial.close-timeout=2s",
                        "perennial.authorizations[0]=digest:joe:" + PASSWORD,
                        "perennial.client[zookeeper.ssl.trustStore.password]=" + STORE_PASSWORD,
                        "perennial.name=" + PLANTED,
                        "perennial.nodes[0].path=/node",
                        "perennial.nodes[0].data=" + DATA);
    }

    private static void assertKept(String shown) {
        assertThat(shown).contains(PLANTED).doesNotContain(PASSWORD, STORE_PASSWORD, DATA);
    }
}
