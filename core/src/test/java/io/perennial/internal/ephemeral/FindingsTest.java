package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.engine.HandLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.RestoreContext;
import java.util.Set;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final long SESSION = 0x11;
    private static final long EARLIER = 0x10;
    private static final long STRANGER = 0x99;
    private static final String NUMBERED = "/q-0000000003";

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("unit", ticker);
    private final RestoreContext context = UnitContext.on(new HandLoop(ticker, log, error -> {}).loop(), log);
    private final NodeLedger ledger = new NodeLedger(context, () -> {});
    private final PathOccupants occupants = new PathOccupants(ledger, node -> {}, node -> {});
    private final Requests requests = new Requests(null, context.loop(), context.policy(), new Quarantine(1_000_000));
    private final AttachedSession live = new AttachedSession(2, SESSION, Set.of(EARLIER), requests);
    private final Findings findings = new Findings(live, ledger, occupants);
    private final TrackedNode plain = ledger.register(EphemeralSpec.at("/a"));
    private final TrackedNode sequential =
            ledger.register(EphemeralSpec.at("/q-").sequential(true));

    @BeforeEach
    void heldBefore() {
        occupants.enterOrDrop(plain);
        occupants.enterOrDrop(sequential);
        String unused = sequential.state.idToCreateWith();
        occupants.occupy(sequential, NUMBERED);
        ledger.show(plain, Status.HELD, "/a", null);
        ledger.show(sequential, Status.HELD, NUMBERED, null);
    }

    @Test
    void findsOurs() {
        plain.state.creating(0);
        plain.state.created();
        findings.examined(plain, ownedBy(SESSION));
        assertThat(plain.state.known()).isEqualTo(ObservedNode.OWNED);
        assertThat(plain.state.isFresh()).isTrue();
    }

    @Test
    void findsWhatAnEarlierSessionOfOursHasLeft() {
        findings.examined(plain, ownedBy(EARLIER));
        assertThat(plain.state.known()).isEqualTo(ObservedNode.STALE);
        assertThat(plain.state.version()).isEqualTo(4);
    }

    @Test
    void findsAStrangers() {
        findings.examined(plain, ownedBy(STRANGER));
        assertThat(plain.state.known()).isEqualTo(ObservedNode.FOREIGN);
        assertThat(plain.state.version()).isEqualTo(4);
        assertThat(plain.state.obstacle().persistent()).isFalse();
        assertThat(occupants.at("/a")).isSameAs(plain);
    }

    @Test
    void findsNothing() {
        findings.examined(plain, null);
        assertThat(plain.state.known()).isEqualTo(ObservedNode.ABSENT);
        assertThat(plain.status()).isEqualTo(Status.PENDING);
        assertThat(occupants.at("/a")).isSameAs(plain);
        assertThat(plain.state.isFresh()).isTrue();
    }

    @Test
    void takesASequentialNodesPathBack_whenNothingIsThere() {
        String id = sequential.state.protectionId();
        findings.examined(sequential, null);
        assertThat(occupants.isVacant(NUMBERED)).isTrue();
        assertThat(sequential.path()).isEqualTo("/q-");
        assertThat(sequential.state.protectionId()).as("of this server session").isEqualTo(id);
    }

    @Test
    void givesASequentialNodeAnotherPath_whenAStrangersStandsThere() {
        findings.examined(sequential, ownedBy(STRANGER));
        assertThat(sequential.state.known()).isEqualTo(ObservedNode.ABSENT);
        assertThat(sequential.state.protectionId()).isNull();
        assertThat(sequential.status()).isEqualTo(Status.PENDING);
        assertThat(occupants.isVacant(NUMBERED)).isTrue();
    }

    @Test
    void looksForWhatASessionBeforeMayHaveLeft_untilItWasLookedAt() {
        plain.state.creating(0);
        plain.state.forget();
        ledger.release(plain);
        assertThat(ledger.nextStep(plain)).isEqualTo(NodeAction.INSPECT);
        findings.examined(plain, null);
        assertThat(ledger.nextStep(plain)).isEqualTo(NodeAction.FORGET);
    }

    private static Stat ownedBy(long owner) {
        var stat = new Stat();
        stat.setEphemeralOwner(owner);
        stat.setVersion(4);
        return stat;
    }
}
