package io.perennial.internal.state;

import static io.perennial.SessionState.CLOSED;
import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LATENT;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.READ_ONLY;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.engine.HandTicker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateMachineTest {
    /** What SessionState's own documentation promises; CLOSED may follow any. */
    private static final Map<SessionState, Set<SessionState>> DOCUMENTED = Map.of(
            LATENT, Set.of(CONNECTING),
            CONNECTING, Set.of(RESTORING, READ_ONLY, FAILED),
            RESTORING, Set.of(CONNECTED, SUSPENDED, LOST, FAILED),
            CONNECTED, Set.of(SUSPENDED, LOST, FAILED),
            READ_ONLY, Set.of(RESTORING, CONNECTED, SUSPENDED, CONNECTING, LOST, FAILED),
            SUSPENDED, Set.of(CONNECTED, RESTORING, READ_ONLY, LOST, FAILED),
            LOST, Set.of(RESTORING, READ_ONLY, FAILED),
            FAILED, Set.of(RESTORING, READ_ONLY, SUSPENDED, LOST),
            CLOSED, Set.of());

    private final HandTicker ticker = new HandTicker();
    private final List<SessionTransition> heard = new ArrayList<>();
    private final StateMachine states = new StateMachine("orders", ticker, heard::add);

    @ParameterizedTest
    @EnumSource
    void allowsWhatIsDocumented_andNothingElse(SessionState from) {
        for (SessionState to : SessionState.values()) {
            boolean documented = DOCUMENTED.get(from).contains(to) || (to == CLOSED && from != CLOSED);
            assertThat(StateMachine.isLegal(from, to)).as("%s -> %s", from, to).isEqualTo(documented);
        }
    }

    @Test
    void refusesAnIllegalTransition_namesIt_andStaysWhereItWas() {
        assertThatThrownBy(() -> enter(RESTORING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("session 'orders': illegal transition LATENT -> RESTORING");

        assertThat(states.now().state()).isEqualTo(LATENT);
        assertThat(heard).isEmpty();
        assertThat(states.history().journal()).isEmpty();
    }

    @Test
    void tellsEachTransition_withTheTimeInThePreviousState() {
        var session = new SessionInfo(1, 7, Duration.ofSeconds(30), Duration.ofSeconds(20), null, Instant.EPOCH);
        var diagnosis = new LossDiagnosis(LossDiagnosis.Kind.UNKNOWN, Duration.ZERO, Duration.ZERO, "why");
        ticker.advance(Duration.ofSeconds(3));
        states.enter(CONNECTING, Cause.STARTED, null, null, "connecting");
        ticker.advance(Duration.ofSeconds(5)); // past the overflow of the clock
        states.enter(RESTORING, Cause.SESSION_CREATED, session, null, "created");
        states.enter(LOST, Cause.LEASE_ELAPSED, null, diagnosis, "gone");

        assertThat(heard)
                .containsExactly(
                        new SessionTransition(
                                LATENT, CONNECTING, Cause.STARTED, null, Duration.ofSeconds(3), null, "connecting"),
                        new SessionTransition(
                                CONNECTING,
                                RESTORING,
                                Cause.SESSION_CREATED,
                                session,
                                Duration.ofSeconds(5),
                                null,
                                "created"),
                        new SessionTransition(
                                RESTORING, LOST, Cause.LEASE_ELAPSED, null, Duration.ZERO, diagnosis, "gone"));
        assertThat(states.history().journal()).isEqualTo(heard);
        assertThat(states.now().since()).isEqualTo(ticker.nanos());
    }

    @Test
    void isInTheNewState_whenTheListenerHearsOfIt() {
        var seen = new ArrayList<SessionState>();
        var machine = new StateMachine[1];
        machine[0] = new StateMachine(
                "orders", ticker, t -> seen.add(machine[0].now().state()));

        machine[0].enter(CONNECTING, Cause.STARTED, null, null, "");

        assertThat(seen).containsExactly(CONNECTING);
    }

    @Test
    void keepsTheLast32Transitions() {
        enter(CONNECTING);
        enter(RESTORING);
        for (int i = 0; i < 50; i++) {
            enter(SUSPENDED);
            enter(RESTORING);
        }

        assertThat(states.history().journal()).hasSize(32).isEqualTo(heard.subList(heard.size() - 32, heard.size()));
    }

    @Test
    void wakesThoseWhoWait() throws Exception {
        var woken = new CompletableFuture<SessionState>();
        var waiting = new Thread(() -> woken.complete(await(CONNECTING, Duration.ofSeconds(60))));
        waiting.start();
        Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        enter(CONNECTING);

        assertThat(woken.get(20, TimeUnit.SECONDS)).isEqualTo(CONNECTING);
    }

    @Test
    void returnsTheLastStateSeen_whenTheTimeHasPassed() {
        assertThat(await(CONNECTED, Duration.ZERO)).isEqualTo(LATENT);
        assertThat(await(CONNECTED, Duration.ofMillis(10))).isEqualTo(LATENT);
    }

    @Test
    void waitsAsLongAsALongMayBe() {
        enter(CONNECTING);

        assertThat(await(CONNECTING, Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(CONNECTING);
    }

    @Test
    void wakesThoseWhoWaitForAReason_andLetsOthersInAfterIt() throws Exception {
        enter(CONNECTING);
        enter(FAILED);
        var woken = new CompletableFuture<String>();
        var waiting = new Thread(() -> {
            try {
                woken.complete(states.await(s -> s.cause() == Cause.CHROOT_MISSING, Duration.ofSeconds(60))
                        .detail());
            } catch (InterruptedException e) {
                woken.completeExceptionally(e);
            }
        });
        waiting.start();
        Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        states.stillFailed(Cause.CHROOT_MISSING, "no root");

        assertThat(woken.get(20, TimeUnit.SECONDS)).isEqualTo("no root");
        assertThat(states.now().number()).isEqualTo(2);
        states.history();
        assertThat(CompletableFuture.supplyAsync(() -> states.history().now()).get(20, TimeUnit.SECONDS))
                .isEqualTo(states.now());
    }

    @Test
    void forgetsItsSession_andNothingElse() {
        var session = new SessionInfo(1, 7, Duration.ofSeconds(30), Duration.ofSeconds(20), null, Instant.EPOCH);
        states.enter(CONNECTING, Cause.STARTED, null, null, "");
        states.enter(FAILED, Cause.AUTH_FAILED, session, null, "who are you");

        states.withoutSession();

        assertThat(states.now().session()).isNull();
        assertThat(states.now().state()).isEqualTo(FAILED);
        assertThat(states.now().detail()).isEqualTo("who are you");
    }

    private SessionState await(SessionState wanted, Duration timeout) {
        try {
            return states.await(s -> s.state() == wanted, timeout).state();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void enter(SessionState to) {
        states.enter(to, Cause.CONNECTED, null, null, "");
    }
}
