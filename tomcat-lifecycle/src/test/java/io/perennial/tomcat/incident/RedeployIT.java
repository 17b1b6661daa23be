package io.perennial.tomcat.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.tomcat.incident.Row.Backend;
import io.perennial.tomcat.incident.Row.Client;
import io.perennial.tomcat.incident.Row.History;
import io.perennial.tomcat.incident.Row.ServerState;
import io.perennial.tomcat.incident.webapp.Opened;
import io.perennial.tomcat.testing.JdkSlots;
import io.perennial.tomcat.testing.RealTomcat;
import io.perennial.tomcat.testing.RealTomcat.Deployed;
import io.perennial.tomcat.testing.Remains;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.core.StandardContext;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Applications that come and go in the same Tomcat, and hold their session in each of the ways there are. */
@ExtendWith(NoLeaks.class)
class RedeployIT {
    /** Until each client has been there. */
    private static final int WARM_UP = 8;

    private static final List<Client> CLIENTS =
            List.of(Client.CORE, Client.GUARDED, Client.LISTENER, Client.INITIALIZER);

    /** An application takes about 20 MB. */
    private static final long LESS_THAN_ONE_APPLICATION = 8L << 20;

    private static final String NODE = "/r";

    @TempDir
    Path directory;

    @AutoClose
    final EmbeddedServer server = EmbeddedServer.start();

    @AutoClose
    final IndependentClient observer = new IndependentClient(server.connectString());

    @AutoClose
    final FaultProxy proxy = new FaultProxy(server.port());

    private final List<Remains> starts = new CopyOnWriteArrayList<>();
    private int written;

    @BeforeEach
    void connectObserver() {
        assertThat(observer.exists(NODE)).isFalse();
    }

    @Test
    @Tag("S-50")
    @Tag("S-51")
    @DisplayName("Reloads and redeployments, 12 in all: one handle at a time, metaspace flat, no loader left")
    @Timeout(300) // half a minute of work, on two cores that do something else as well
    void hasOneHandleAtATime_andLeavesNoLoader() {
        reloadAndRedeploy(12);
    }

    @Test
    @Tag("S-50")
    @Tag("S-51")
    @Tag("soak")
    @DisplayName("The same 50 times")
    @Timeout(600) // two minutes of work, on two cores that do something else as well
    void hasOneHandleAtATime_andLeavesNoLoader_afterFifty() {
        reloadAndRedeploy(50);
    }

    private void reloadAndRedeploy(int rounds) {
        try (RealTomcat tomcat = new RealTomcat(directory).start()) {
            Deployed application = deploy(tomcat, CLIENTS.get(0));
            long metaspace = 0;
            for (int round = 0; round < rounds; round++) {
                assertOneSession(round);
                if (round == WARM_UP) {
                    metaspace = metaspace();
                }
                if (round % 2 == 0) {
                    application.context().reload();
                } else {
                    tomcat.undeploy(application);
                    assertThat(server.sessionIds()).as("the observer's is left").hasSize(1);
                    application = deploy(tomcat, CLIENTS.get(round / 2 % CLIENTS.size()));
                }
            }
            assertOneSession(rounds);
            assertFlat(metaspace);
            tomcat.undeploy(application);
        }
        assertLoadersCollected();
        assertThat(server.sessionIds()).hasSize(1);
    }

    @Test
    @Tag("S-50")
    @Tag("essential")
    @DisplayName("Flight Recorder hears of every session, and keeps no loader")
    void leavesNoLoader_whenRecorded() throws Exception {
        try (Recording recording = new Recording();
                RealTomcat tomcat = new RealTomcat(directory).start()) {
            recording.enable("io.perennial.Transition");
            recording.start();
            for (Client client : CLIENTS) {
                Deployed application = deploy(tomcat, client);
                assertOneSession(CLIENTS.indexOf(client));
                tomcat.undeploy(application);
            }

            assertLoadersCollected();

            Path file = directory.resolve("flight.jfr");
            recording.dump(file);
            assertThat(RecordingFile.readAllEvents(file))
                    .filteredOn(event -> event.getEventType().getName().equals("io.perennial.Transition"))
                    .filteredOn(event -> event.getString("to").equals("CLOSED"))
                    .hasSize(CLIENTS.size());
        }
    }

    /** Handshakes are counted on the way: each start made one, after the session before it was closed. */
    private void assertOneSession(int round) {
        await().dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(observer.ownerOf(NODE)).isPresent());
        assertThat(server.sessionIds())
                .as("the observer's and the application's")
                .hasSize(2);
        assertThat(proxy.requests(OpCode.createSession)).isEqualTo(round + 1);
        assertThat(proxy.requests(OpCode.closeSession)).isEqualTo(round);
        assertThat(proxy.openConnections()).isEqualTo(1);
    }

    private void assertLoadersCollected() {
        await().dontCatchUncaughtExceptions()
                .atMost(Incident.PROMISED.multipliedBy(2))
                .untilAsserted(() -> {
                    JdkSlots.reset();
                    System.gc();
                    assertThat(starts).allMatch(start -> start.loader() == null);
                });
    }

    private Deployed deploy(RealTomcat tomcat, Client client) {
        Row row = new Row(Way.UNDEPLOY, ServerState.ALIVE, client, History.USED, Backend.LOGBACK);
        StandardContext context = RealTomcat.context(
                "/r",
                "",
                row.war(directory.resolve("r" + written++), "r", proxy.connectString(), Duration.ofSeconds(30)));
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                starts.add(Remains.of(context));
                context.getServletContext().setAttribute(Opened.START, 1);
            }
        });
        return tomcat.deploy(context);
    }

    private static void assertFlat(long before) {
        await().dontCatchUncaughtExceptions().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        metaspace() - before)
                .as("growth of metaspace")
                .isLessThan(LESS_THAN_ONE_APPLICATION));
    }

    private static long metaspace() {
        JdkSlots.reset();
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
