package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.engine.HandLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.restore.RestoreContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-21")
class DeletionsByOthersTest {
    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("unit", ticker);
    private final HandLoop hand = new HandLoop(ticker, log, error -> {});
    private final RestoreContext context = UnitContext.on(hand.loop(), log);
    private final NodeLedger ledger = new NodeLedger(context, () -> {});
    private final StatusReporter outcomes = new StatusReporter(context, ledger);
    private final PathOccupants occupants = new PathOccupants(ledger, node -> {}, node -> {});
    private final List<TrackedNode> due = new ArrayList<>();
    private final RetryQueue retries = new RetryQueue(hand.loop(), new SplittableRandom(1), due::add);
    private final DeletionsByOthers deletions = new DeletionsByOthers(ticker, ledger, occupants, outcomes, retries);
    private final TrackedNode node = ledger.register(EphemeralSpec.at("/a"));

    @BeforeEach
    void stands() {
        log.silence();
        occupants.enterOrDrop(node);
        node.state.creating(0);
        node.state.created();
        outcomes.held(node);
    }

    @Test
    void hasItCreatedAtOnce_theFirstTime() {
        deletions.deleted(node);
        assertThat(ledger.nextStep(node)).isEqualTo(NodeAction.CREATE);
        assertThat(node.activity.isWaiting()).isFalse();
        assertThat(node.status()).isEqualTo(Status.PENDING);
        assertThat(node.problem()).isNull();
    }

    @Test
    void hasItWait_whenItIsDeletedAgainSoonAfter() {
        deletions.deleted(node);
        deletions.deleted(node);
        assertThat(node.activity.isWaiting()).isTrue();
        assertThat(node.status()).isEqualTo(Status.FAILED);
        assertThat(node.problem()).contains("was deleted by other clients 2 times in a short while");
        ticker.advance(Duration.ofMinutes(1));
        hand.run();
        assertThat(due).containsExactly(node);
    }

    @Test
    void hasItWaitNoMore_whenItWaitedForAnotherReason() {
        node.activity.await(7);
        deletions.deleted(node);
        assertThat(node.activity.isWaiting()).isFalse();
    }

    @Test
    void takesASequentialNodesPathBack() {
        TrackedNode sequential = ledger.register(EphemeralSpec.at("/q-").sequential(true));
        occupants.enterOrDrop(sequential);
        occupants.occupy(sequential, "/q-0000000001");
        deletions.deleted(sequential);
        assertThat(occupants.isVacant("/q-0000000001")).isTrue();
    }
}
