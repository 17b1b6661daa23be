package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.SessionState;
import io.perennial.operation.Operations;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.operation.WriteOutcome.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writes whose outcome ZooKeeper does not tell, or not in time; and what a witness tells. */
@DisplayName("After a lost acknowledgement")
class UnknownOutcomeIT extends InDoubtWrites {
    @Test
    @Tag("S-41")
    void saysUnknown_whereZooKeeperDoesNotRecordWhoWrote() {
        observer.create("/gone", OLD);
        for (Write write : List.of(
                Write.create("/stays", NEW, CreateMode.PERSISTENT),
                Write.setData("/node", NEW, 0),
                Write.setData("/node", OTHER, Write.ANY_VERSION),
                Write.delete("/gone", 0))) {
            proxy.resetCounters();
            loseAcknowledgement();

            WriteOutcome outcome = operations().transaction(write);

            assertThat(outcome.kind()).as("%s", write).isEqualTo(Kind.UNKNOWN);
            assertThat(outcome.matches()).as("%s", write).isTrue();
            assertThat(outcome.assumingSoleWriter().isApplied()).isTrue();
            assertThatThrownBy(outcome::orThrow)
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContainingAll(
                            "session 'writing'",
                            write.toString(),
                            "limit 30000 ms",
                            "the acknowledgement was lost, and ",
                            "check the data before repeating it");
            assertThat(proxy.writes()).as("never repeated: %s", write).isEqualTo(1);
        }
        assertThat(stat("/node").getVersion()).isEqualTo(2);
    }

    @Test
    void findsThatSomebodyElseTookTheVersion() {
        WriteOutcome outcome = meanwhile(
                proxy.loseRequest(WRITE), Write.setData("/node", NEW, 0), () -> observer.setData("/node", OTHER));

        assertThat(outcome.kind()).isEqualTo(Kind.NOT_APPLIED);
        assertThat(outcome.refusal()).isEqualTo(Code.BADVERSION);
        assertThat(observer.data("/node")).isEqualTo(OTHER);
    }

    @Test
    void saysUnknown_whenOthersHaveCoveredTheTraces() {
        WriteOutcome overwritten = meanwhile(
                proxy.loseAcknowledgement(WRITE),
                Write.setData("/node", NEW, 0),
                () -> observer.setData("/node", OTHER));
        WriteOutcome removed = meanwhile(
                proxy.loseAcknowledgement(WRITE),
                Write.create("/stays", NEW, CreateMode.PERSISTENT),
                () -> observer.delete("/stays"));
        WriteOutcome madeByAnother = meanwhile(
                proxy.loseRequest(WRITE),
                Write.create("/made", NEW, CreateMode.PERSISTENT),
                () -> observer.create("/made", NEW));

        assertThat(overwritten.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(overwritten.matches()).isFalse();
        assertThat(removed.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(removed.matches()).isFalse();
        // Was not applied, but nothing at the server says so.
        assertThat(madeByAnother.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(madeByAnother.matches()).isTrue();
    }

    @Test
    void isToldByItsWitness() {
        Operations witnessed = operations().witnessedBelow("/witnesses");
        observer.create("/gone", OLD);
        for (Write write : List.of(
                Write.create("/stays", NEW, CreateMode.PERSISTENT),
                Write.setData("/node", NEW, 0),
                Write.setData("/node", OTHER, Write.ANY_VERSION),
                Write.delete("/gone", 0))) {
            proxy.resetCounters();
            proxy.loseAcknowledgement(op -> op == OpCode.multi); // not the removal of the witness before

            WriteOutcome outcome = witnessed.transaction(write);

            assertThat(outcome.kind()).as("%s", write).isEqualTo(Kind.APPLIED);
            assertThat(proxy.requests(OpCode.multi) - proxy.barriers())
                    .as("%s", write)
                    .isEqualTo(1);
        }
        read();
        proxy.loseRequest(op -> op == OpCode.multi);
        assertThat(witnessed.create("/again", NEW, CreateMode.PERSISTENT).kind())
                .isEqualTo(Kind.APPLIED);
        assertThat(stat("/node").getVersion()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(observer.children("/witnesses")).isEmpty());
    }

    @Test
    void isNotToldByItsWitness_whenTheSessionIsLost() {
        CompletableFuture<Void> away = proxy.loseAcknowledgement(WRITE).thenRun(proxy::refuse);
        CompletableFuture<WriteOutcome> outcome = operations()
                .witnessedBelow("/witnesses")
                .transactionAsync(Write.create("/stays", NEW, CreateMode.PERSISTENT));
        assertThat(away).succeedsWithin(PATIENCE);
        server.expireSession(session.info().orElseThrow().sessionId());
        proxy.accept();

        assertThat(outcome)
                .succeedsWithin(PATIENCE)
                .extracting(WriteOutcome::kind)
                .isEqualTo(Kind.UNKNOWN);
        assertThat(session.lease().generation()).isEqualTo(2);
    }

    @Test
    @Tag("S-42")
    void saysUnknownAtItsDeadline_whenTheServerStaysAway() {
        CompletableFuture<Void> away = proxy.loseAcknowledgement(WRITE).thenRun(proxy::refuse);

        WriteOutcome outcome = operations()
                .within(Duration.ofSeconds(3)) // enough to be sent, however slow the machine is
                .create("/mine", NEW, CreateMode.EPHEMERAL);

        assertThat(away).isCompleted();
        assertThat(outcome.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(outcome.explanation()).contains("limit 3000 ms");
    }

    @Test
    void saysUnknown_whenInterruptedBeforeItCouldFindOut() throws Exception {
        CompletableFuture<Void> away = proxy.loseAcknowledgement(WRITE).thenRun(proxy::refuse);
        var interrupted = new AtomicBoolean();
        CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
        Thread writer = new Thread(
                () -> {
                    outcome.complete(operations().setData("/node", NEW, 0));
                    interrupted.set(Thread.currentThread().isInterrupted());
                },
                "test-writer");
        writer.start();
        assertThat(away).succeedsWithin(PATIENCE);
        await().untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.SUSPENDED));

        writer.interrupt();

        assertThat(outcome)
                .succeedsWithin(PATIENCE)
                .extracting(WriteOutcome::kind)
                .isEqualTo(Kind.UNKNOWN);
        writer.join();
        assertThat(interrupted).isTrue();
    }

    @Test
    @Tag("K1")
    void saysUnknown_whenTheSessionIsClosedBeforeTheAnswer() {
        proxy.freezeResponses();
        CompletableFuture<WriteOutcome> outcome =
                CompletableFuture.supplyAsync(() -> operations().setData("/node", NEW, 0));
        await().untilAsserted(() -> assertThat(proxy.writes()).isEqualTo(1));

        session.close();

        assertThat(outcome).succeedsWithin(PATIENCE);
        assertThat(outcome.join().kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(outcome.join().explanation()).contains("the session was closed");
    }

    @Test
    @Tag("S-42")
    void saysUnknownAtItsDeadline_whenTheServerIsSilent() {
        proxy.freezeResponses();

        WriteOutcome outcome = operations()
                .within(Duration.ofSeconds(3)) // enough to be sent, however slow the machine is
                .setData("/node", NEW, 0);

        assertThat(proxy.writes()).isEqualTo(1);
        assertThat(outcome.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(outcome.explanation())
                .contains("the server did not answer in time")
                .contains("limit 3000 ms");
    }

    @Test
    void findsOutAboutAllThatWereUnderWay() {
        for (int i = 0; i < 20; i++) {
            observer.create("/under-way-" + i, OLD);
        }
        read();
        CompletableFuture<Void> away = proxy.loseAcknowledgement(WRITE).thenRun(proxy::refuse);

        List<CompletableFuture<WriteOutcome>> outcomes = IntStream.range(0, 20)
                .mapToObj(i -> operations()
                        .transactionAsync(
                                Write.setData("/under-way-" + i, NEW, 0),
                                Write.create("/mine-" + i, NEW, CreateMode.EPHEMERAL)))
                .toList();
        assertThat(away).succeedsWithin(PATIENCE);
        proxy.accept();

        assertThat(outcomes).allSatisfy(one -> assertThat(one).succeedsWithin(PATIENCE));
        for (int i = 0; i < 20; i++) {
            assertThat(outcomes.get(i).join().isApplied()).isTrue();
            assertThat(stat("/under-way-" + i).getVersion()).as("applied once").isEqualTo(1);
        }
    }
}
