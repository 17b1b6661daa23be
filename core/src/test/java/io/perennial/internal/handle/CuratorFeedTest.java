package io.perennial.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.protocol.ServerKnowledge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.IdleZooKeeper;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-58")
class CuratorFeedTest {
    private final HandTicker ticker = new HandTicker();
    private final List<String> heard = new ArrayList<>();
    private boolean asksFirst = true;
    private final CuratorFeed feed = new CuratorFeed(Runnable::run, () -> asksFirst);
    private final Handle first = handle(1);

    private Handle handle(long number) {
        var threads = new SessionThreads("fed", getClass().getClassLoader());
        var handle = new Handle(
                number,
                null,
                0,
                new Pulse(ticker),
                null,
                threads,
                new ServerKnowledge(),
                event -> {},
                (source, event) -> feed.happened(source, event));
        try {
            handle.made(new IdleZooKeeper());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        handle.publish();
        return handle;
    }

    private void handOver(Handle handle) {
        feed.handedOver(handle, event -> heard.add(handle.number() + " " + event.getState()));
    }

    private static void reports(Handle handle, KeeperState state) {
        handle.process(new WatchedEvent(EventType.None, state, null));
    }

    @Test
    void tellsOfAConnection_onceItsQuestionIsAnswered() {
        handOver(first);
        reports(first, KeeperState.SyncConnected);
        assertThat(heard).isEmpty();

        feed.admit(first);

        assertThat(heard).containsExactly("1 SyncConnected");
    }

    @Test
    void tellsAtOnce_whenThereIsNone() {
        asksFirst = false;
        handOver(first);
        reports(first, KeeperState.SyncConnected);
        feed.admit(first);

        assertThat(heard).containsExactly("1 SyncConnected");
    }

    @Test
    void saysNothingOfAConnection_thatBreaksOverItsQuestion() {
        asksFirst = false;
        handOver(first);
        reports(first, KeeperState.SyncConnected);
        reports(first, KeeperState.Disconnected);
        asksFirst = true;
        reports(first, KeeperState.SyncConnected);
        reports(first, KeeperState.Disconnected);
        assertThat(heard).containsExactly("1 SyncConnected", "1 Disconnected");

        reports(first, KeeperState.SyncConnected);
        feed.admit(first);

        assertThat(heard).containsExactly("1 SyncConnected", "1 Disconnected", "1 SyncConnected");
    }

    @Test
    void waitsForTheAnswer_whenCuratorAsksForTheHandleMeanwhile() {
        handOver(first);
        reports(first, KeeperState.SyncConnected);
        handOver(first);
        assertThat(heard).isEmpty();

        feed.admit(first);

        assertThat(heard).containsExactly("1 SyncConnected");
    }

    @Test
    void tellsOfALoss_afterAWithheldConnectionHasBroken_beforeCuratorHadTheHandle() {
        reports(first, KeeperState.SyncConnected);
        reports(first, KeeperState.Disconnected);
        reports(first, KeeperState.ConnectedReadOnly);
        handOver(first);
        reports(first, KeeperState.Disconnected);

        assertThat(heard).containsExactly("1 ConnectedReadOnly", "1 Disconnected");
    }

    @Test
    @DisplayName("Curator asks for the next handle when it has got round to the loss: its connection may be admitted")
    void tellsOfAConnection_thatWasAdmittedBeforeCuratorAskedForItsHandle() {
        asksFirst = false;
        handOver(first);
        reports(first, KeeperState.SyncConnected);
        asksFirst = true;
        Handle second = handle(2);
        feed.losing(second, first.sessionId());
        reports(second, KeeperState.SyncConnected);
        feed.admit(second);
        assertThat(heard).containsExactly("1 SyncConnected");

        feed.superseded(second);
        handOver(second);

        assertThat(heard).containsExactly("1 SyncConnected", "1 Expired", "2 SyncConnected");
    }
}
