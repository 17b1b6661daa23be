package io.perennial.tomcat.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import io.perennial.tomcat.testing.RealTomcat;
import io.perennial.tomcat.testing.RealTomcat.Deployed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that have left their client behind in a Tomcat without the reaper, which is called after the fact. */
@ExtendWith(NoLeaks.class)
class GhostIT {
    @TempDir
    Path directory;

    @AutoClose
    final EmbeddedServer server = EmbeddedServer.start();

    private final ZooKeeperReaper reaper = new ZooKeeperReaper();

    /** The disease; and its cure after the fact, on a loader that has stopped already (in all endings but one). */
    @ParameterizedTest
    @CsvSource({
        "RAW, LISTENER_THROWS",
        "RAW, UNDEPLOY",
        "RAW, INITIALIZER_THROWS",
        "CURATOR, UNDEPLOY",
        "CURATOR, UNDEPLOY_WITHOUT_LISTENER",
        "CURATOR, STOP_OF_TOMCAT",
        "CURATOR, INITIALIZER_THROWS"
    })
    void leavesGhost_withoutReaper_andEndsItAfterTheFact(String kind, Ending ending) {
        try (RealTomcat tomcat = new RealTomcat(directory).start()) {
            Deployed application = tomcat.deploy("/ghost", ending.prepare(webApp(kind)));
            Set<Long> sessions = server.sessionIds();
            ending.happen(tomcat, application);

            await("the ghost staying")
                    .atMost(Duration.ofSeconds(20))
                    .during(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        assertThat(server.sessionIds()).containsAll(sessions).isNotEmpty();
                        assertThat(application.remains().threads()).isNotEmpty();
                        assertThat(application.remains().isLoaderCollected()).isFalse();
                    });

            ReapResult harvest = reaper.reap("/ghost", application.remains().loader());

            assertThat(harvest.closed()).containsExactly(true);
            assertThat(harvest.left()).isEmpty();
            application.remains().assertThreadsGone();
            assertThat(server.sessionIds()).doesNotContainAnyElementsOf(sessions);
            if (ending != Ending.INITIALIZER_THROWS) {
                application.remains().assertLoaderCollected();
            }
        }
    }

    /** Incident 1: the loader stops, then the server restarts, and the client has no classes to reconnect with. */
    @ParameterizedTest
    @ValueSource(strings = {"RAW", "CURATOR"})
    void closesSessionOfClientThatCannotReconnect(String kind) {
        try (RealTomcat tomcat = new RealTomcat(directory).start()) {
            Deployed application = tomcat.deploy("/app", webApp(kind));
            Set<Long> sessions = server.sessionIds();
            tomcat.undeploy(application);
            server.restart();
            await("a client in disorder").during(Duration.ofMillis(1_500)).untilAsserted(() -> {
                assertThat(application.remains().threads()).isNotEmpty();
                assertThat(server.sessionIds()).isEqualTo(sessions);
            });

            ReapResult harvest = reaper.reap("/app", application.remains().loader());

            assertThat(harvest.closed()).containsExactly(true);
            assertThat(harvest.left()).isEmpty();
            application.remains().assertThreadsGone();
            assertThat(server.sessionIds()).isEmpty();
            application.remains().assertLoaderCollected();
        }
    }

    /** Of other versions and in other packages. */
    @ParameterizedTest
    @CsvSource({"org.apache.zookeeper, old", "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper, shaded"})
    void endsOldAndShadedClients_onStoppedLoader(String prefix, String libraries) {
        try (RealTomcat tomcat = new RealTomcat(directory).start()) {
            Deployed application = tomcat.deploy("/app", webApp(prefix).libraries(libraries));
            tomcat.undeploy(application);
            assertThat(server.sessionIds()).hasSize(1);

            ReapResult harvest = reaper.reap("/app", application.remains().loader());

            assertThat(harvest.closed()).containsExactly(true);
            application.remains().assertThreadsGone();
            assertThat(server.sessionIds()).isEmpty();
            application.remains().assertLoaderCollected();
        }
    }

    private WebApp webApp(String kind) {
        return new WebApp(directory.resolve("app")).kind(kind).at(server.connectString(), "/registered");
    }
}
