package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.retry.RetryConfig;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.Operations;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.operation.WriteOutcome.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writes whose request or acknowledgement is lost on the way. */
@DisplayName("After a lost acknowledgement")
class InDoubtResolutionIT extends InDoubtWrites {
    @Test
    @Tag("S-39")
    void knowsItsEphemeralNode() {
        loseAcknowledgement();

        WriteOutcome outcome = operations().create("/mine", NEW, CreateMode.EPHEMERAL);

        assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
        assertThat(outcome.path()).isEqualTo("/mine");
        assertThat(outcome.stat().getEphemeralOwner())
                .isEqualTo(session.info().orElseThrow().sessionId());
        assertThat(outcome.explanation())
                .contains("create /mine")
                .contains("found out after its acknowledgement was lost");
        assertThat(proxy.writes()).isEqualTo(1);
    }

    @Test
    @Tag("S-39")
    void findsItsSequentialNode() {
        observer.create("/queue", OLD);
        loseAcknowledgement();

        WriteOutcome outcome = operations().create("/queue/n-", NEW, CreateMode.PERSISTENT_SEQUENTIAL);

        assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
        assertThat(observer.children("/queue")).hasSize(1);
        assertThat(outcome.path())
                .isEqualTo("/queue/" + observer.children("/queue").get(0));
        assertThat(outcome.path()).matches("/queue/_c_[0-9a-f-]{36}-n-\\d{10}");
        assertThat(proxy.writes()).isEqualTo(1);
    }

    @Test
    void sendsAgain_whatNeverArrived() {
        observer.create("/queue", OLD);
        observer.create("/gone", OLD);
        for (Write write : List.of(
                Write.create("/mine", NEW, CreateMode.EPHEMERAL),
                Write.create("/stays", NEW, CreateMode.PERSISTENT),
                Write.create("/queue/n-", NEW, CreateMode.EPHEMERAL_SEQUENTIAL),
                Write.setData("/node", NEW, 0),
                Write.setData("/node", OLD, Write.ANY_VERSION),
                Write.delete("/gone", 0))) {
            read();
            proxy.resetCounters();
            CompletableFuture<Void> lost = proxy.loseRequest(WRITE);

            WriteOutcome outcome = operations().transaction(write);

            assertThat(lost).isCompleted();
            assertThat(outcome.kind()).as("%s", write).isEqualTo(Kind.APPLIED);
            assertThat(proxy.writes()).as("that arrived: %s", write).isEqualTo(1);
        }
        assertThat(observer.children("/queue")).hasSize(1);
        assertThat(stat("/node").getVersion()).isEqualTo(2);
        assertThat(observer.exists("/gone")).isFalse();
    }

    @Test
    @Tag("O5")
    void takesTheWritesOfAPathTogether() {
        for (List<Write> writes : List.<List<Write>>of(
                List.of(Write.delete("/node", 0), Write.create("/node", NEW, CreateMode.PERSISTENT)),
                List.of(Write.setData("/node", OLD, 0), Write.setData("/node", OTHER, 1)),
                List.of(Write.create("/new", NEW, CreateMode.PERSISTENT), Write.delete("/new", 0)))) {
            proxy.resetCounters();
            loseAcknowledgement();

            WriteOutcome outcome = operations().transaction(writes.toArray(Write[]::new));

            assertThat(outcome.kind()).as("%s", writes).isEqualTo(Kind.UNKNOWN);
            assertThat(outcome.matches()).as("%s", writes).isTrue();
            assertThat(outcome.assumingSoleWriter().isApplied()).isTrue();
            assertThat(proxy.writes()).as("%s", writes).isEqualTo(1);
        }
        assertThat(observer.data("/node")).isEqualTo(OTHER);
    }

    @Test
    @Tag("O5")
    void asksAgain_whatChangesNothing() {
        loseAcknowledgement();

        WriteOutcome outcome = operations().transaction(Write.check("/node", 0), Write.check("/witnesses", 0));

        assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
        assertThat(proxy.requests(OpCode.multi) - proxy.barriers()).isEqualTo(2);
    }

    @Test
    @Tag("O6")
    void givesNoName_whenItCannotBeKnown() {
        observer.create("/queue", OLD);
        CompletableFuture<Void> away =
                proxy.loseAcknowledgement(op -> op == OpCode.multi).thenRun(proxy::refuse);
        CompletableFuture<WriteOutcome> made = operations()
                .witnessedBelow("/witnesses")
                .transactionAsync(Write.create("/queue/n-", NEW, CreateMode.PERSISTENT_SEQUENTIAL));
        assertThat(away).succeedsWithin(PATIENCE);
        observer.delete("/queue/" + observer.children("/queue").get(0)); // A consumer has taken it.
        proxy.accept();

        assertThat(made).succeedsWithin(PATIENCE);
        WriteOutcome outcome = made.join();
        assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
        assertThat(outcome.results())
                .singleElement()
                .extracting(WriteOutcome.Result::path)
                .isNull();
        assertThatThrownBy(outcome::path)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the name is unknown");
    }

    @Test
    @Tag("O9")
    void findsItsSequentialNode_withoutTheListOfAll() {
        observer.create("/queue", OLD);
        observer.create("/queue/a", OLD);
        observer.create("/queue/b", OLD);
        observer.delete("/queue/a");
        CompletableFuture<Void> away = proxy.loseAcknowledgement(WRITE).thenRun(proxy::refuse);
        CompletableFuture<WriteOutcome> made =
                operations().transactionAsync(Write.create("/queue/n-", NEW, CreateMode.PERSISTENT_SEQUENTIAL));
        assertThat(away).succeedsWithin(PATIENCE);
        observer.create("/queue/c", OLD);
        observer.create("/queue/d", OLD);
        observer.delete("/queue/b");
        proxy.accept();

        assertThat(made).succeedsWithin(PATIENCE);
        assertThat(made.join().kind()).isEqualTo(Kind.APPLIED);
        assertThat(made.join().path()).endsWith("n-0000000002");
        assertThat(proxy.requests(OpCode.getChildren) + proxy.requests(OpCode.getChildren2))
                .isZero();
    }

    @Test
    @Tag("O11")
    void writesWhatItIsGiven_whateverTheBuilderCompresses() {
        connectWith(builder -> builder.curator(CuratorFrameworkFactory.builder().enableCompression()));
        byte[] text = "the same again, the same again, the same again".getBytes(StandardCharsets.UTF_8);
        Operations operations = operations();

        assertThat(operations.create("/plain", text, CreateMode.PERSISTENT).isApplied())
                .isTrue();
        assertThat(operations
                        .transaction(
                                Write.create("/together", OLD, CreateMode.PERSISTENT),
                                Write.setData("/together", text, 0))
                        .isApplied())
                .isTrue();
        loseAcknowledgement();
        WriteOutcome unknown = operations.setData("/node", text, 0);

        assertThat(observer.data("/plain")).isEqualTo(text);
        assertThat(observer.data("/together")).isEqualTo(text);
        assertThat(observer.data("/node")).isEqualTo(text);
        assertThat(unknown.matches()).as(unknown.explanation()).isTrue();
    }

    @Test
    @Tag("O10")
    void looksAgain_whenItHasMovedBeforeItRepeats() {
        observer.create("/queue", OLD);
        connectWith(builder -> builder.retry(RetryConfig.custom()
                .maxAttempts(20)
                .waitDuration(Duration.ofSeconds(2))
                .build()));
        read();
        proxy.resetCounters();
        CompletableFuture<Void> lost = proxy.loseRequest(WRITE);
        CompletableFuture<WriteOutcome> outcome =
                operations().transactionAsync(Write.create("/queue/n-", NEW, CreateMode.PERSISTENT_SEQUENTIAL));
        assertThat(lost).succeedsWithin(PATIENCE);

        // It is looked for behind a barrier, and is to be sent again after the pause.
        await().untilAsserted(() -> assertThat(proxy.barriers()).isPositive());
        assertThat(proxy.writes()).isZero();
        proxy.cut();

        assertThat(outcome)
                .succeedsWithin(PATIENCE)
                .extracting(WriteOutcome::kind)
                .isEqualTo(Kind.APPLIED);
        assertThat(proxy.barriers()).isGreaterThanOrEqualTo(2);
        assertThat(observer.children("/queue")).hasSize(1);
    }

    @Test
    @Tag("O1")
    void looksBelowARootThatItMayNotRead_andBelowAChroot() throws Exception {
        observer.create("/below", OLD);
        observer.create("/below/node", OLD);
        ACL nothing = new ACL(ZooDefs.Perms.CREATE, ZooDefs.Ids.ANYONE_ID_UNSAFE);
        connectWith(builder -> builder.connectString(proxy.connectString() + "/below"));
        for (String denied : List.of("/witnesses", "/below", "/")) {
            observer.raw().setACL(denied, new ArrayList<>(List.of(nothing)), -1);
            proxy.resetCounters();
            loseAcknowledgement();

            WriteOutcome outcome = operations().setData("/node", NEW, Write.ANY_VERSION);

            assertThat(outcome.kind()).as(denied).isEqualTo(Kind.UNKNOWN);
            assertThat(outcome.matches()).as(outcome.explanation()).isTrue();
            assertThat(proxy.barriers()).as(denied).isPositive();
        }
    }

    @Test
    void knowsAllOfATransaction_byOneOfItsNodes() {
        loseAcknowledgement();

        WriteOutcome outcome = operations()
                .transaction(
                        Write.setData("/node", NEW, 0),
                        Write.create("/stays", NEW, CreateMode.PERSISTENT),
                        Write.create("/stays/mine", NEW, CreateMode.EPHEMERAL),
                        Write.create("/n-", NEW, CreateMode.EPHEMERAL_SEQUENTIAL));

        assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
        assertThat(outcome.results())
                .extracting(WriteOutcome.Result::path)
                .first()
                .isEqualTo("/node");
        assertThat(outcome.results().get(3).path()).matches("/_c_.*-n-\\d{10}");
        assertThat(observer.exists(outcome.results().get(3).path())).isTrue();
        assertThat(stat("/node").getVersion()).isEqualTo(1);
    }

    @Test
    @Tag("S-40")
    void doesNotCarryAWriteOver_whenTheSessionWasLost() {
        Operations bound = operations().inGeneration(1);
        CompletableFuture<Void> away = proxy.loseRequest(WRITE).thenRun(proxy::refuse);
        CompletableFuture<WriteOutcome> outcome = bound.transactionAsync(Write.setData("/node", NEW, 0));
        assertThat(away).succeedsWithin(PATIENCE);
        server.expireSession(session.info().orElseThrow().sessionId());
        proxy.accept();

        assertThat(outcome)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionReplacedException.class);
        assertThat(stat("/node").getVersion()).isZero();
    }

    @Test
    void tellsTheServersRefusal_asAnOutcome() {
        observer.create("/node/child", OLD);
        Operations operations = operations();

        assertThat(operations.create("/node", NEW, CreateMode.EPHEMERAL).refusal())
                .isEqualTo(Code.NODEEXISTS);
        assertThat(operations.setData("/none", NEW, Write.ANY_VERSION).refusal())
                .isEqualTo(Code.NONODE);
        assertThat(operations.delete("/node", 7).refusal()).isEqualTo(Code.BADVERSION);
        assertThat(operations.delete("/node", 0).refusal()).isEqualTo(Code.NOTEMPTY);
        WriteOutcome together = operations.transaction(
                Write.create("/one", NEW, CreateMode.PERSISTENT), Write.setData("/node", NEW, 7));
        assertThat(together.kind()).isEqualTo(Kind.NOT_APPLIED);
        assertThat(together.explanation())
                .contains("session 'writing'")
                .contains("setData /node (1 bytes) at version 7: BADVERSION");
        assertThatThrownBy(together::orThrow)
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.BADVERSION));
        assertThat(observer.exists("/one")).isFalse();
    }

    @Test
    void saysThatNothingWasApplied_whenNoSessionIsThere() {
        rig.disconnect(session);

        assertThatThrownBy(() -> operations().within(Duration.ofMillis(200)).setData("/node", NEW, Write.ANY_VERSION))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("nothing was sent");
    }

    @Test
    void givesPathAndStat_whenAllIsWell() {
        WriteOutcome made = operations().create("/stays", NEW, CreateMode.PERSISTENT);
        WriteOutcome changed = operations().setData("/stays", OTHER, made.stat().getVersion());
        WriteOutcome deleted = operations().delete("/stays", changed.stat().getVersion());

        assertThat(made.path()).isEqualTo("/stays");
        assertThat(made.stat().getCzxid()).isPositive();
        assertThat(changed.stat().getVersion()).isEqualTo(1);
        assertThat(deleted.isApplied()).isTrue();
        assertThat(deleted.stat()).isNull();
        assertThat(observer.exists("/stays")).isFalse();
    }
}
