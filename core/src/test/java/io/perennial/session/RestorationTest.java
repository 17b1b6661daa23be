package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSessionException;
import io.perennial.RestorePolicy;
import io.perennial.engine.Callbacks;
import io.perennial.engine.EventLoop;
import io.perennial.engine.HandTicker;
import io.perennial.engine.ThrottledLog;
import io.perennial.handle.Attachment;
import io.perennial.handle.LiveSession;
import io.perennial.handle.PathSpace;
import io.perennial.handle.PlayedHandle;
import io.perennial.handle.Restorable;
import io.perennial.handle.SessionContext;
import io.perennial.protocol.Quarantine;
import io.perennial.protocol.Quarantine.Verdict;
import io.perennial.protocol.RequestKey;
import io.perennial.protocol.RequestKind;
import io.perennial.telemetry.FlightJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.imps.DefaultACLProvider;
import org.junit.jupiter.api.AutoClose;
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
    private final Restoration restoration = new Restoration(
            context(),
            quarantine,
            nodes,
            watches,
            new RestorationLog(ticker, journal),
            new Random(),
            restored::incrementAndGet);

    private SessionContext context() {
        return new SessionContext(
                "orders",
                new EventLoop("orders", Thread::new, ticker, log), // not started
                new Callbacks(Runnable::run, Runnable::run, log, ticker, Duration.ofMinutes(1), journal),
                Runnable::run,
                new PathSpace("", ""),
                RestorePolicy.defaults(),
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

    private static final class Part implements Restorable {
        private final List<String> told = new ArrayList<>();
        private LiveSession live;
        private Runnable whenRestored;

        @Override
        public void attached(LiveSession now, Attachment how, Runnable then) {
            told.add("attached");
            live = now;
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
            return 0;
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
