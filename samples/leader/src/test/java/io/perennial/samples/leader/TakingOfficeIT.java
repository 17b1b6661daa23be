package io.perennial.samples.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.operation.Fence;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import io.perennial.test.ZooKeeperServers;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.Participant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where epochs come from. */
@ExtendWith(NoLeaks.class)
class TakingOfficeIT {
    @AutoClose
    private final EmbeddedServer server = ZooKeeperServers.embedded().start();

    @AutoClose
    private final ResilientSession first = session("first");

    @AutoClose
    private final ResilientSession second = session("second");

    @BeforeEach
    void makeNodes() {
        worker(first).makeNodes();
    }

    private ResilientSession session(String name) {
        return ResilientSession.builder()
                .name(name)
                .connectString(server.connectString())
                .sessionTimeout(Duration.ofSeconds(20))
                .build()
                .start();
    }

    private static Worker worker(ResilientSession session) {
        return new Worker(session, session.name(), new BankClient(URI.create("http://127.0.0.1:1"), session.name()));
    }

    private static LeaderLatch candidate(ResilientSession session) throws Exception {
        var latch = new LeaderLatch(session.curator(), Worker.LATCH, session.name());
        latch.start();
        await().untilAsserted(() -> assertThat(latch.getParticipants())
                .extracting(Participant::getId)
                .contains(session.name()));
        return latch;
    }

    private static LeaderLatch leading(ResilientSession session) throws Exception {
        LeaderLatch latch = candidate(session);
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        return latch;
    }

    @Test
    void growsTheEpoch_eachTime() throws Exception {
        try (LeaderLatch latch = leading(first)) {
            assertThat(worker(first).takeOffice(latch)).hasValue(1);
            assertThat(worker(first).takeOffice(latch)).hasValue(2);
        }
        try (LeaderLatch latch = leading(second)) {
            assertThat(worker(second).takeOffice(latch)).hasValue(3);
        }
    }

    /** As one does that stood still between being told that it leads and writing the epoch. */
    @Test
    void isRefused_toOneThatHasASuccessor_andLeavesThatOneInOffice() throws Exception {
        try (LeaderLatch early = leading(first);
                LeaderLatch next = candidate(second)) {
            server.expireSession(first.info().orElseThrow().sessionId());
            assertThat(next.await(30, TimeUnit.SECONDS)).isTrue();
            int epoch = worker(second).takeOffice(next).orElseThrow();
            await().untilAsserted(() ->
                    assertThat(first.info().map(SessionInfo::generation)).contains(2L));

            assertThat(worker(first).takeOffice(early)).isEmpty();

            assertInOffice(second, epoch);
        }
    }

    @Test
    void isNotTakenByANewcomer_thatMakesItsNodes() throws Exception {
        try (LeaderLatch latch = leading(first)) {
            int epoch = worker(first).takeOffice(latch).orElseThrow();

            worker(second).makeNodes();

            assertInOffice(first, epoch);
        }
    }

    private static void assertInOffice(ResilientSession session, int epoch) {
        WriteOutcome outcome = session.operations()
                .fencedBy(Fence.version(Worker.EPOCH, epoch))
                .setData(Worker.JOBS, new byte[0], Write.ANY_VERSION);
        assertThat(outcome.isApplied()).as(outcome.explanation()).isTrue();
    }
}
