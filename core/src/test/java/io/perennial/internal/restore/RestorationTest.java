package io.perennial.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSessionException;
import io.perennial.RestorePolicy;
import io.perennial.SessionReport;
import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.HandLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.PlayedHandle;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.Quarantine.Verdict;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.telemetry.FlightJournal;
import io.perennial.operation.SessionClosedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.imps.DefaultACLProvider;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a handle that sends nothing. */
class RestorationTest {
    private static final int MAX_PACKET = 0xfffff;
    private static final RequestKey BIG = new RequestKey(RequestKind.GET_CHILDREN, "/big", 0);

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("orders", ticker);
    private final FlightJournal journal = new FlightJournal("orders");
    private final Quarantine quarantine = new Quarantine(MAX_PACKET);
    private final Part nodes = new Part();
    private final Part watches = new Part();

    @AutoClose
    private final PlayedHandle handle = new PlayedHandle(ticker);

    private final AtomicInteger restored = new AtomicInteger();
    private final RestorationHistory restorations = new RestorationHistory(ticker, journal);
    private final EventLoop loop = new EventLoop("orders", Thread::new, ticker, log); // not started
    private final Restoration restoration = restoration(loop, RestorePolicy.defaults());

    private Restoration restoration(EventLoop on, RestorePolicy policy) {
        return new Restoration(
                context(on, policy), quarantine, nodes, watches, restorations, new Random(), restored::incrementAndGet);
    }

    private RestoreContext context(EventLoop on, RestorePolicy policy) {
        return new RestoreContext(
                "orders",
                on,
                new Callbacks(Runnable::run, Runnable::run, log, ticker, Duration.ofMinutes(1), journal),
                Runnable::run,
                new PathSpace("", ""),
                policy,
                new DefaultACLProvider(),
                log,
                Duration.ofSeconds(5),
                MAX_PACKET);
    }

    private void begin() {
        restoration.begin(handle.handle(), 1, 7, Set.of());
    }

    private Verdict verdict() {
        return quarantine.verdict(BIG, ticker.nanos());
    }

    @Test
    @Tag("C3")
    void acquitsWhoIsSuspectOnly_whenAConnectionBreaksWithNothingUnderWay() {
        quarantine.broke(List.of(BIG), ticker.nanos());
        quarantine.broke(List.of(BIG), ticker.nanos());
        begin();
        assertThat(verdict()).isEqualTo(Verdict.SUSPECT);

        restoration.detach();

        assertThat(verdict()).isEqualTo(Verdict.FREE);
    }

    @Test
    void sendsNothingMore_onceItIsDetached() {
        begin();

        restoration.detach();

        nodes.live.requests().exists("/a", null, reply -> {});
        assertThat(nodes.told).containsExactly("attached", "detached");
        assertThat(watches.told).containsExactly("attached", "detached");
    }

    @Test
    void detachesOnce() {
        restoration.detach();
        begin();
        restoration.detach();
        restoration.detach();
        restoration.lost();

        assertThat(nodes.told).containsExactly("attached", "detached", "lost");
    }

    @Test
    void isOver_whenAllPartsAre_ofTheAttachmentInHand() {
        begin();
        Runnable earlier = nodes.whenRestored;
        restoration.detach();
        earlier.run();
        begin();

        earlier.run();
        watches.whenRestored.run();
        assertThat(restored).hasValue(0);
        nodes.whenRestored.run();

        assertThat(restored).hasValue(1);
    }

    @Test
    @DisplayName("A new session after an earlier one, lest all clients of a server that was away come at once")
    void waitsForAMoment_beforeANewSessionIsRestored() {
        HandLoop hand = new HandLoop(ticker, log, e -> {});
        RestorePolicy policy = RestorePolicy.defaults().withMaxJitter(Duration.ofSeconds(1));
        Restoration slow = restoration(hand.loop(), policy);
        for (Attachment how : Attachment.values()) {
            slow.owe(how);
            slow.begin(handle.handle(), 1, 7, Set.of());
            assertThat(nodes.told).as("the first session").containsExactly("attached");
            slow.detach();
            nodes.told.clear();
        }
        slow.owe(Attachment.RESUMED);
        slow.begin(handle.handle(), 2, 7, Set.of());
        assertThat(nodes.told).as("the session is there").containsExactly("attached");
        slow.detach();
        nodes.told.clear();

        slow.owe(Attachment.NEW_SESSION);
        slow.owe(Attachment.RECONNECTED);
        slow.begin(handle.handle(), 2, 7, Set.of());
        assertThat(nodes.told).isEmpty();
        ticker.advance(Duration.ofSeconds(1));
        hand.run();

        assertThat(nodes.told).containsExactly("attached");
        assertThat(nodes.how).isEqualTo(Attachment.NEW_SESSION);
    }

    @Test
    void doesNotWait_whereNoTimeIsGivenForIt() {
        Restoration quick = restoration(loop, RestorePolicy.defaults().withMaxJitter(Duration.ZERO));
        quick.owe(Attachment.NEW_SESSION);

        quick.begin(handle.handle(), 2, 7, Set.of());

        assertThat(nodes.told).containsExactly("attached");
    }

    @Test
    void tellsWhatHasBecomeOfEach() {
        begin();
        restoration.detach();
        begin();
        nodes.whenRestored.run();
        watches.whenRestored.run();
        nodes.wanted = 3;

        assertThat(restorations.recent(nanos -> Instant.EPOCH))
                .extracting(SessionReport.Restoration::completed)
                .containsExactly(false, true);
        assertThat(restoration.outcome()).isEqualTo("restored except 3 of 3 nodes: see report()");
        assertThat(restoration.problem()).isNull();
    }

    @Test
    void tellsTheParts_thatTheSessionIsClosed() {
        begin();

        restoration.closed(new SessionClosedException("closed"));

        assertThat(nodes.told).containsExactly("attached", "detached", "closed");
        assertThat(watches.told).containsExactly("attached", "detached", "closed");
    }

    private static final class Part implements Restorable {
        private final List<String> told = new ArrayList<>();
        private AttachedSession live;
        private Runnable whenRestored;
        private Attachment how;
        private int wanted;

        @Override
        public void attached(AttachedSession now, Attachment how, Runnable then) {
            told.add("attached");
            live = now;
            this.how = how;
            whenRestored = then;
        }

        @Override
        public void detached() {
            told.add("detached");
        }

        @Override
        public void lost() {
            told.add("lost");
        }

        @Override
        public void closed(ResilientSessionException reason) {
            told.add("closed");
        }

        @Override
        public int wanted() {
            return wanted;
        }

        @Override
        public int standing() {
            return 0;
        }

        @Override
        public List<String> problems() {
            return List.of();
        }
    }
}
