package io.perennial.tomcat.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.NoLeaks;
import io.perennial.tomcat.incident.Row.ServerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Incident 1, in all the ways in which a web application can end: see {@link Matrix} for the choice of applications.
 * All of them run once, before the tests, which then ask what became of each.
 */
@Tag("S-50")
@Tag("catalina.sh")
@DisplayName("The owner stops or fails to start without closing its session, and the ensemble restarts")
class IncidentIT {
    private static final int STORM = 4;

    private static final Set<Thread> BEFORE = new HashSet<>();

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path directory;

    private static Incident incident;

    @BeforeAll
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    static void happen() {
        BEFORE.addAll(NoLeaks.clientThreads());
        incident = new Incident(directory);
        incident.happen(ServerState.RESTARTED, Matrix.played(ServerState.RESTARTED));
        List<Row> alive = new ArrayList<>(Matrix.played(ServerState.ALIVE));
        alive.addAll(Matrix.controls());
        incident.happen(ServerState.ALIVE, alive);
        incident.happen(ServerState.DOWN, Matrix.played(ServerState.DOWN));
        incident.observe();
    }

    @AfterAll
    static void close() {
        if (incident != null) {
            incident.close();
        }
        await("threads left after all is over").untilAsserted(() -> assertThat(NoLeaks.clientThreads())
                .filteredOn(thread -> !BEFORE.contains(thread))
                .isEmpty());
    }

    static List<Row> rows() {
        return Matrix.played();
    }

    static List<Row> controls() {
        return Matrix.controls();
    }

    @Test
    void runsInTheTomcatThatTheBuildMeans() {
        assertThat(ServerInfo.getServerInfo()).startsWith(System.getProperty("tomcat.expected", "Apache Tomcat/10.1."));
        assertThat(incident.unableToLook()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rows")
    @DisplayName("Threads gone, sockets gone, node gone, class loader collected, no word from Tomcat, no reconnect")
    void leavesNothing(Row row) {
        Outcome outcome = incident.outcome(row);
        assertThat(outcome.overdue()).as("5 s after the end, twice over").isEmpty();
        assertThat(outcome.soonAfter()).as("before the restart").isEmpty();
        assertThat(outcome.longAfter()).as("long after the restart").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("controls")
    @DisplayName("The same checks find the orphan of an application without the library")
    void leavesOrphan_withoutTheLibrary(Row row) {
        Outcome outcome = incident.outcome(row);
        assertThat(outcome.overdue()).as("5 s after the end").containsKeys(Symptom.THREAD, Symptom.SESSION);
        assertThat(outcome.soonAfter()).as("before the restart").containsKeys(Symptom.THREAD, Symptom.LOADER);
        assertThat(outcome.longAfter())
                .as("long after the restart")
                .containsKeys(Symptom.THREAD, Symptom.LOADER, Symptom.NEW_CONNECTION);
        if (row.way().isUncontrolled()) {
            // Its loader still works: a ghost, at the server again.
            assertThat(outcome.longAfter()).containsKey(Symptom.SOCKET);
        } else {
            assertThat(outcome.longAfter()).containsKey(Symptom.LEAK_WARNING);
            assertThat(incident.newConnections(row))
                    .as("in a quarter of a minute")
                    .isGreaterThan(STORM);
        }
    }

    @Test
    @DisplayName("Orphans have sockets too, each until its client misses a class at its next heartbeat")
    void findsAnOrphansSocket_withoutTheLibrary() {
        assertThat(Matrix.controls())
                .anySatisfy(row -> assertThat(incident.outcome(row).overdue()).containsKey(Symptom.SOCKET));
    }

    @Test
    @DisplayName("A new version of an application keeps its session when the old one goes")
    void keepsTheNewVersionsSession() {
        incident.awaitNewVersions();
    }

    /** But for ways and clients, not all of which go together. */
    @Test
    void coversEachPairOfValues() {
        List<Function<Row, Object>> dimensions =
                List.of(Row::server, Row::history, Row::backend, Row::way, Row::client);
        List<Row> rows = Matrix.rows();
        for (int one = 0; one < dimensions.size(); one++) {
            for (int other = one + 1; other < dimensions.size() && one < 3; other++) {
                Function<Row, Object> first = dimensions.get(one);
                Function<Row, Object> second = dimensions.get(other);
                assertThat(values(rows, row -> List.of(first.apply(row), second.apply(row))))
                        .as("pairs of %s and %s", one, other)
                        .isEqualTo(values(rows, first) * values(rows, second));
            }
        }
    }

    private static long values(List<Row> rows, Function<Row, Object> dimension) {
        return rows.stream().map(dimension).distinct().count();
    }
}
