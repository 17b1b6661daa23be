package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.JvmProcess;
import io.perennial.test.NoLeaks;
import io.perennial.test.Sockets;
import io.perennial.testing.SessionRig;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The incident this library exists for: a web application is stopped, does not close its session, and its class loader
 * loads nothing any more. The library is in the application, as in {@code WEB-INF/lib}; its listener always throws.
 */
@ExtendWith(NoLeaks.class)
@Tag("S-50")
class StoppedApplicationIT {
    private static final Duration PROMISED = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();
    private final List<String> transitions = new CopyOnWriteArrayList<>();
    private final Map<String, String> options = new HashMap<>();
    private volatile HostedLoader loader;
    /** That of the thread that builds the session; null for the hosted one, as in a container's. */
    private ClassLoader contextClassLoader;

    @BeforeEach
    void create() {
        observer.create("/watched", new byte[0]);
        options.put("connectString", proxy.connectString());
    }

    @Test
    void leavesNothing_whenStoppedWhileConnected() throws Exception {
        start(HostedLoader.ofWebApplication(), transitions::add);
        assertThat(observer.exists(HostedProgram.NODE)).isTrue();

        loader.stop();

        assertGone();
        assertThat(observer.exists(HostedProgram.NODE)).isFalse();
        assertCollectable();
    }

    @Test
    @DisplayName("leaves nothing when stopped while the server is down, and does not come when it is back")
    void leavesNothing_whenStoppedWhileTheServerIsDown() throws Exception {
        start(HostedLoader.ofWebApplication(), transitions::add);
        proxy.refuse();
        server.stop();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(transitions).contains("SUSPENDED"));

        loader.stop();

        assertGone();
        int accepted = proxy.connectionsAccepted();
        server.restart();
        proxy.accept();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(observer.exists(HostedProgram.NODE))
                .isFalse());
        assertThat(proxy.connectionsAccepted()).isEqualTo(accepted);
        assertCollectable();
    }

    @Test
    void leavesNothing_whenTheServerRestartsAtTheVeryStop() throws Exception {
        start(HostedLoader.ofWebApplication(), transitions::add);
        proxy.refuse();
        server.stop();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(transitions).contains("SUSPENDED"));

        loader.stop();
        server.restart();
        proxy.accept();

        assertGone();
        assertCollectable();
    }

    @Test
    void leavesNothing_whenStoppedInTheMiddleOfAnExpiry() throws Exception {
        start(HostedLoader.ofWebApplication(), state -> {
            transitions.add(state);
            if (state.equals("LOST")) {
                loader.stop();
            }
        });

        server.expireSession(observer.ownerOf(HostedProgram.NODE).orElseThrow());

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(loader.getState()).isEqualTo(HostedLoader.LifecycleState.STOPPED));
        assertGone();
        assertThat(observer.exists(HostedProgram.NODE)).isFalse();
        assertCollectable();
    }

    @Test
    void leavesNothing_whenStoppedAfterAnExpiry() throws Exception {
        start(HostedLoader.ofWebApplication(), transitions::add);
        long first = observer.ownerOf(HostedProgram.NODE).orElseThrow();
        server.expireSession(first);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(observer.ownerOf(HostedProgram.NODE))
                .hasValueSatisfying(owner -> assertThat(owner).isNotEqualTo(first)));

        loader.stop();

        assertGone();
        assertThat(observer.exists(HostedProgram.NODE)).isFalse();
        assertCollectable();
    }

    @Test
    @DisplayName("is gone in five seconds when no server answers, however long its close timeout")
    void leavesNothing_whenTheServerIsSilentAndTheCloseTimeoutLong() throws Exception {
        options.put("closeTimeout", "60");
        start(HostedLoader.ofWebApplication(), transitions::add);
        proxy.freeze();

        loader.stop();

        assertGone();
        assertCollectable();
    }

    @Test
    @DisplayName("leaves nothing when a pool's thread built the session, whose context class loader is nobody's")
    void leavesNothing_whenBuiltByAThreadThatKnowsNothingOfIt() throws Exception {
        contextClassLoader = ClassLoader.getSystemClassLoader();
        start(HostedLoader.ofWebApplication(), transitions::add);

        loader.stop();

        assertGone();
        assertThat(observer.exists(HostedProgram.NODE)).isFalse();
        assertCollectable();
    }

    @Test
    @DisplayName("leaves nothing when Flight Recorder is on, which hears of the orphan")
    void leavesNothing_whenRecorded() throws Exception {
        try (var flight = new Flight()) {
            start(HostedLoader.ofWebApplication(), transitions::add);

            loader.stop();

            assertGone();
            assertToldOfItsEnd(flight);
            assertCollectable();
        }
    }

    @Test
    @DisplayName("leaves nothing when Flight Recorder was switched on while it ran: its event classes change then")
    void leavesNothing_whenRecordedFromTheMiddleOn() throws Exception {
        start(HostedLoader.ofWebApplication(), transitions::add);
        try (var flight = new Flight()) {
            int asked = loader.asked();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(loader.asked()).as("ticks").isGreaterThan(asked + 2));
            loader.stop();

            assertGone();
            assertToldOfItsEnd(flight);
            assertCollectable();
        }
    }

    private static void assertToldOfItsEnd(Flight flight) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(flight.events("OrphanEnded", "hosted"))
                .hasSize(1));
        assertThat(flight.events("Transition", "hosted")).last().satisfies(event -> assertThat(event.getString("to"))
                .isEqualTo("CLOSED"));
    }

    @Test
    void isFoundInTheRegistry_byTheLoaderThatTheLibraryIsIn() throws Exception {
        contextClassLoader = ClassLoader.getSystemClassLoader();
        start(HostedLoader.ofWebApplication(), transitions::add);

        Object closed = loader.loadClass("io.perennial.SessionRegistry")
                .getMethod("closeAll", ClassLoader.class, Duration.class)
                .invoke(null, loader, PATIENCE);

        assertThat(closed).isEqualTo(1);
        assertGone();
    }

    @Test
    @DisplayName("the disease: ZooKeeper's own client stays, with its threads, and lacks classes")
    void rawClientsStay() {
        assertThatItStays("raw");
    }

    @Test
    @DisplayName("without the lists a session lacks classes too: so these tests can fail")
    void classesAreMissing_withoutPreloading() {
        assertThatItStays("session");
    }

    private void assertThatItStays(String kind) {
        JvmProcess application = rig.open(JvmProcess.start(StoppedApplicationMain.class, proxy.connectString(), kind));
        application.awaitLine(line -> line.equals("stopped"));
        proxy.cut();

        application.awaitLine(line -> line.startsWith("missing "));
        assertThat(application.awaitLine(line -> line.startsWith("threads "))).isNotEqualTo("threads 0");
    }

    /** In a thread of its own, as a container's would be: nothing of the program stays with the test's. */
    @SuppressWarnings("unchecked")
    private void start(HostedLoader stoppable, Consumer<String> heard) throws Exception {
        loader = stoppable;
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(
                () -> {
                    try {
                        var program = (BiConsumer<Map<String, String>, Consumer<String>>) stoppable
                                .loadClass("io.perennial.internal.session.HostedProgram")
                                .getConstructor()
                                .newInstance();
                        program.accept(options, heard);
                    } catch (ReflectiveOperationException | RuntimeException e) {
                        failure[0] = e;
                    }
                },
                "test-hosted");
        thread.setContextClassLoader(contextClassLoader == null ? stoppable : contextClassLoader);
        thread.start();
        thread.join();
        assertThat(failure[0]).isNull();
    }

    /** Whatever else there is of clients is the observer's, whose threads do not count. */
    private static List<Thread> threads() {
        return List.copyOf(NoLeaks.clientThreads());
    }

    private void assertGone() {
        await().atMost(PROMISED.multipliedBy(2))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    assertThat(threads()).isEmpty();
                    assertThat(Sockets.connectedTo(proxy.port())).isZero();
                });
        assertThat(loader.refused()).as("classes missing after the stop").isEmpty();
    }

    private void assertCollectable() {
        var weak = new WeakReference<>(loader);
        loader = null;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            System.gc();
            assertThat(weak.get()).isNull();
        });
    }
}
