package io.perennial.internal.session;

import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.operation.OperationFailedException;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Answers that are longer than the client takes: it cuts the connection whenever one comes (Helix 962). */
@ExtendWith(NoLeaks.class)
@Tag("C3")
@Tag("W1")
@Tag("S-58")
class PoisonedReadsIT {
    private static final int MOST_BYTES = 40_000;
    private static final int MANY = 500;
    private static final int CHILDREN = 2_000;

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private ResilientSession session;

    @BeforeEach
    void makeTooManyChildren() throws Exception {
        rig.observer().create("/big", new byte[0]);
        rig.observer().create("/tree", new byte[0]);
        rig.observer().create("/tree/wide", new byte[0]);
        rig.observer().create("/tree/slim", new byte[0]);
        for (String parent : List.of("/big", "/tree/wide")) {
            rig.fill(parent, CHILDREN);
        }
        var config = new ZKClientConfig();
        config.setProperty(ZKConfig.JUTE_MAXBUFFER, Integer.toString(MOST_BYTES));
        session = rig.connect(builder -> builder.clientConfig(config).sessionTimeout(Duration.ofSeconds(10)));
    }

    @Test
    void areRefused_whileAllElseIsInPlace_acrossReconnects() {
        List<CompletableFuture<?>> nodes = registerNodes();
        Watch children = session.watches().children("/big", change -> {});
        Watch tree = session.watches().tree("/tree", change -> {});
        List<Watch> watches = registerWatches();

        assertRefused(children, "children watch on /big refused", "whenever /big's children are read");
        assertRefused(tree, "tree watch on /tree refused", "whenever /tree/wide's children are read");
        assertInPlace(watches);
        assertThat(nodes).allMatch(held -> held.isDone() && !held.isCompletedExceptionally());

        for (int i = 0; i < 3; i++) {
            int before = restorations();
            rig.proxy().cut();
            eventually(() -> assertThat(restorations()).isGreaterThan(before));
            assertInPlace(watches);
            assertThat(lastRestoration().took())
                    .as("not held up by the refused ones, which are tried again after 10 s")
                    .isLessThan(Duration.ofSeconds(7));
        }
    }

    @Test
    void areFound_whenTheyComeAmongOthers_andHealByThemselves() {
        rig.stopServer();
        awaitState(session, SessionState.SUSPENDED);
        List<CompletableFuture<?>> nodes = registerNodes();
        List<Watch> watches = registerWatches();
        Watch children = session.watches().children("/big", change -> {});
        List<Watch> more = registerWatches();
        rig.restartServer();

        assertRefused(children, "/big", "jute.maxbuffer, 40,000");
        assertInPlace(watches);
        assertInPlace(more);
        assertThat(nodes).allMatch(held -> held.isDone() && !held.isCompletedExceptionally());
        int connections = rig.proxy().connectionsAccepted();

        for (int i = 0; i < CHILDREN; i++) {
            rig.observer().delete("/big/a-child-with-a-long-name-" + i);
        }

        eventually(() -> assertThat(children.isArmed()).isTrue());
        assertThat(session.report().problems()).isEmpty();
        assertThat(rig.proxy().connectionsAccepted() - connections).isLessThanOrEqualTo(1);
    }

    @Test
    @Tag("soak")
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void costFewConnectionsAMinute() {
        registerNodes();
        List<Watch> watches = registerWatches();
        Watch children = session.watches().children("/big", change -> {});
        Watch tree = session.watches().tree("/tree", change -> {});
        assertRefused(children, "/big");
        assertRefused(tree, "/tree");
        int before = rig.proxy().connectionsAccepted();

        await().pollDelay(Duration.ofMinutes(3)).atMost(Duration.ofMinutes(4)).until(() -> true);

        assertThat(rig.proxy().connectionsAccepted() - before).isLessThan(20);
        eventually(() -> assertInPlace(watches));
    }

    private List<CompletableFuture<?>> registerNodes() {
        List<CompletableFuture<?>> held = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            held.add(session.ephemerals().register("/nodes/n" + i, new byte[0]).whenHeld());
        }
        return held;
    }

    private List<Watch> registerWatches() {
        List<Watch> watches = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            watches.add(session.watches().node("/nodes/n" + i, change -> {}));
        }
        return watches;
    }

    private void assertRefused(Watch watch, String... words) {
        assertThat(watch.whenArmed())
                .failsWithin(30, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OperationFailedException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
        eventually(() -> assertThat(session.report().problems())
                .anySatisfy(problem -> assertThat(problem).contains(words)));
    }

    private void assertInPlace(List<Watch> watches) {
        awaitState(session, SessionState.CONNECTED);
        eventually(() -> assertThat(watches).allMatch(Watch::isArmed));
        eventually(() -> assertThat(session.report().nodesHeld()).isEqualTo(MANY));
    }

    private int restorations() {
        return (int) session.report().recentRestorations().stream()
                .filter(SessionReport.Restoration::completed)
                .count();
    }

    private SessionReport.Restoration lastRestoration() {
        List<SessionReport.Restoration> all = session.report().recentRestorations();
        return all.get(all.size() - 1);
    }
}
