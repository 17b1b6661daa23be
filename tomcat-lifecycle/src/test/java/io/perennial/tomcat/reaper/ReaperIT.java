package io.perennial.tomcat.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import io.perennial.tomcat.testing.RealTomcat;
import io.perennial.tomcat.testing.RealTomcat.Deployed;
import io.perennial.tomcat.testing.Remains;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that leave their client behind, in a real Tomcat with the reaper. */
@ExtendWith(NoLeaks.class)
class ReaperIT {
    private static final String NODE = "/registered";

    @TempDir
    Path directory;

    @AutoClose
    final EmbeddedServer server = EmbeddedServer.start();

    private final ZooKeeperReaper reaper = new ZooKeeperReaper();
    private int written;

    static Stream<Arguments> kindsAndEndings() {
        return Stream.of("RAW", "CURATOR")
                .flatMap(kind -> Stream.of(Ending.values()).map(ending -> Arguments.of(kind, ending)));
    }

    @Test
    @Tag("essential")
    void runsInTheTomcatThatTheBuildMeans() {
        assertThat(ServerInfo.getServerInfo()).startsWith(System.getProperty("tomcat.expected", "Apache Tomcat/10.1."));
    }

    @ParameterizedTest
    @Tag("essential")
    @MethodSource("kindsAndEndings")
    void leavesNothing_withReaper(String kind, Ending ending) {
        try (RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            Deployed application = tomcat.deploy("/app", ending.prepare(webApp(kind)));
            Set<Long> sessions = ending == Ending.LISTENER_THROWS ? Set.of() : server.sessionIds();
            ending.happen(tomcat, application);

            application.remains().assertThreadsGone();
            await("end of the session at the server").atMost(Remains.LIMIT).untilAsserted(() -> assertThat(
                            server.sessionIds())
                    .hasSize(ending.startsAnew() ? 1 : 0)
                    .noneMatch(sessions::contains));
            assertThat(server.connectionCount()).isEqualTo(ending.startsAnew() ? 1 : 0);
            application.remains().assertLoaderCollected();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RAW", "CURATOR"})
    void neverConnectsAgain_whenServerIsDownAtTheEndAndComesBack(String kind) {
        try (RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            Deployed application = tomcat.deploy("/app", webApp(kind).sessionTimeout(Duration.ofSeconds(4)));
            Set<Long> sessions = server.sessionIds();
            server.stop();

            tomcat.undeploy(application);

            application.remains().assertThreadsGone();
            application.remains().assertLoaderCollected();
            int accepted = server.connectionsAccepted();
            server.restart();
            assertThat(server.sessionIds()).as("nobody could tell the server").isEqualTo(sessions);
            await("expiry").atMost(Duration.ofSeconds(15)).until(() -> server.sessionIds()
                    .isEmpty());
            assertThat(server.connectionsAccepted()).isEqualTo(accepted);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RAW", "CURATOR"})
    void doesNotHoldUpTomcat_whenServerIsSilent(String kind) {
        try (ServerProcess silent = ZooKeeperServers.process().start();
                RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            Deployed application = tomcat.deploy("/app", webApp(kind).at(silent.connectString(), NODE));
            silent.pause();

            long start = System.nanoTime();
            tomcat.undeploy(application);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Remains.LIMIT);
            application.remains().assertThreadsGone();
            application.remains().assertLoaderCollected();
        }
    }

    @ParameterizedTest
    @Tag("essential")
    @ValueSource(strings = {"RAW", "CURATOR"})
    void leavesOthersAlone(String kind) {
        try (IndependentClient containers = new IndependentClient(server.connectString());
                RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            assertThat(containers.exists(NODE)).isFalse();
            Set<Long> containersSession = server.sessionIds();
            Deployed first = tomcat.deploy("/app", "1", webApp(kind));
            Set<Long> firstSessions = server.sessionIds();
            Deployed second = tomcat.deploy("/app", "2", webApp(kind));
            List<Thread> threads = second.remains().threads();
            Set<Long> sessions = server.sessionIds();

            tomcat.undeploy(first);

            first.remains().assertThreadsGone();
            first.remains().assertLoaderCollected();
            assertThat(second.remains().threads()).containsAll(threads);
            assertThat(server.sessionIds())
                    .hasSize(2)
                    .containsAll(containersSession)
                    .allMatch(session -> containersSession.contains(session) || !firstSessions.contains(session))
                    .isSubsetOf(sessions);
            assertThat(containers.exists(NODE + 0)).isFalse();
            assertThat(containers.exists(NODE + 1)).isTrue();

            tomcat.undeploy(second);
            second.remains().assertThreadsGone();
            assertThat(server.sessionIds()).isEqualTo(containersSession);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.zookeeper, old",
        "org.apache.zookeeper, today",
        "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper, shaded"
    })
    void knowsOldAndShadedClients(String prefix, String libraries) {
        try (RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            Deployed application = tomcat.deploy("/app", webApp(prefix).libraries(libraries));
            assertThat(server.sessionIds()).hasSize(1);

            tomcat.undeploy(application);

            application.remains().assertThreadsGone();
            assertThat(server.sessionIds()).isEmpty();
            application.remains().assertLoaderCollected();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RAW", "CURATOR"})
    void tellsFlightRecorder(String kind) throws Exception {
        try (Recording recording = new Recording();
                RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            recording.enable("io.perennial.ReaperEndedOrphan");
            recording.start();
            Deployed application = tomcat.deploy("/app", webApp(kind));
            long session = server.sessionIds().iterator().next();

            tomcat.undeploy(application);

            assertThat(reaped(recording)).singleElement().satisfies(event -> {
                assertThat(event.getString("application")).isEqualTo("/app");
                assertThat(event.getString("sessionId")).isEqualTo("0x" + Long.toHexString(session));
                assertThat(event.getString("servers")).isEqualTo(server.connectString());
                assertThat(event.getInt("threads")).isEqualTo(2);
                assertThat(event.getString("outcome")).isEqualTo("closed at the server");
            });
            application.remains().assertThreadsGone();
            application.remains().assertLoaderCollected();
        }
    }

    private List<RecordedEvent> reaped(Recording recording) throws IOException {
        Path file = directory.resolve("reaped.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("io.perennial.ReaperEndedOrphan"))
                .toList();
    }

    @Test
    void onlyReports_whenToldSo() throws Exception {
        reaper.setReportOnly(true);
        try (Recording recording = new Recording();
                RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            recording.enable("io.perennial.ReaperEndedOrphan");
            recording.start();
            Deployed application = tomcat.deploy("/app", webApp("RAW"));

            tomcat.undeploy(application);

            assertThat(server.sessionIds()).hasSize(1);
            assertThat(application.remains().threads()).isNotEmpty();
            assertThat(reaped(recording)).isEmpty();
            reaper.setReportOnly(false);
            reaper.reap("/app", application.remains().loader());
            application.remains().assertThreadsGone();
        }
    }

    @Test
    void endsOnlyTheClients_ofFailedContext_whenToldNotToStopIt() {
        reaper.setStopFailedContexts(false);
        reaper.setCheckIntervalMillis(200);
        try (RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            Deployed application = tomcat.deploy("/app", Ending.INITIALIZER_THROWS.prepare(webApp("CURATOR")));

            application.remains().assertThreadsGone();
            await().untilAsserted(() -> assertThat(server.sessionIds()).isEmpty());
            assertThat(application.context().getState()).isEqualTo(LifecycleState.FAILED);
            assertThat(application.context().getLoader().getClassLoader()).isNotNull();
        }
    }

    @Test
    void findsFailedContext_atTheHostsPeriodicEvent() {
        reaper.setCheckIntervalMillis(60_000);
        try (RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            Deployed application = tomcat.deploy("/app", Ending.INITIALIZER_THROWS.prepare(webApp("RAW")));
            assertThat(application.context().getState()).isEqualTo(LifecycleState.FAILED);
            assertThat(server.sessionIds()).hasSize(1);

            tomcat.tomcat().getHost().backgroundProcess();

            assertThat(application.context().getState()).isEqualTo(LifecycleState.STOPPED);
            assertThat(server.sessionIds()).isEmpty();
            application.remains().assertThreadsGone();
            application.remains().assertLoaderCollected();
        }
    }

    @Test
    void endsClientThatStoppedApplicationOpensLater() throws Exception {
        reaper.setCheckIntervalMillis(200);
        try (RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            AtomicReference<Runnable> opener = new AtomicReference<>();
            StandardContext context = RealTomcat.context("/app", "", webApp("RAW"));
            context.addLifecycleListener(event -> {
                if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                    context.getServletContext().setAttribute("opener", opener);
                }
            });
            Deployed application = tomcat.deploy(context);
            tomcat.undeploy(application);
            application.remains().assertThreadsGone();
            int accepted = server.connectionsAccepted();

            try {
                opener.getAndSet(null).run();
            } catch (IllegalStateException | LinkageError e) {
                // The reaper was there before the application was done.
            }

            assertThat(server.connectionsAccepted()).isGreaterThan(accepted);
            application.remains().assertThreadsGone();
            await().untilAsserted(() -> assertThat(server.sessionIds()).isEmpty());
            application.remains().assertLoaderCollected();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "engine", "context", "running host"})
    void worksWhereverItIsAdded(String place) {
        try (RealTomcat tomcat = new RealTomcat(directory)) {
            Tomcat embedded = tomcat.tomcat();
            StandardContext context = RealTomcat.context("/app", "", webApp("RAW"));
            switch (place) {
                case "server" -> embedded.getServer().addLifecycleListener(reaper);
                case "engine" -> embedded.getEngine().addLifecycleListener(reaper);
                case "context" -> context.addLifecycleListener(reaper);
                default -> {}
            }
            tomcat.start();
            Deployed application = tomcat.deploy(context);
            if (place.equals("running host")) {
                tomcat.with(reaper);
                embedded.getHost().backgroundProcess();
            }

            tomcat.undeploy(application);

            application.remains().assertThreadsGone();
            assertThat(server.sessionIds()).isEmpty();
            application.remains().assertLoaderCollected();
        }
    }

    @Test
    void doesNothing_whenDisabled() {
        reaper.setEnabled(false);
        try (RealTomcat tomcat = new RealTomcat(directory).with(reaper).start()) {
            Deployed application = tomcat.deploy("/app", webApp("RAW"));

            tomcat.undeploy(application);

            assertThat(server.sessionIds()).hasSize(1);
            reaper.reap("/app", application.remains().loader());
            application.remains().assertThreadsGone();
        }
    }

    private WebApp webApp(String kind) {
        return new WebApp(directory.resolve("app-" + written)).kind(kind).at(server.connectString(), NODE + written++);
    }
}
