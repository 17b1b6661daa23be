package io.perennial.internal.watch;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.HandLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.HandleWire;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.protocol.ServerRelease;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.operation.SessionClosedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.HandZooKeeper;

/** A session's watches without thread, socket or server: the client's requests are answered by hand. */
final class HandSite {
    private static final int BULK_IS_WORTH_IT = 2;
    /** Few, so that the rest depends on the request for many; where there is none, as many as a play has watches. */
    private static final int LOOKS = 1;

    private static final int LOOKS_WITHOUT = 8;

    final HandTicker ticker = new HandTicker();
    final HandZooKeeper client;
    final ManualCallbacks callbacks = new ManualCallbacks();
    final SessionWatches watches;
    /** What went wrong on the loop. */
    final List<Throwable> errors = new ArrayList<>();
    /** How often all was told to be restored. */
    int restored;

    private final HandLoop hand;
    private final ServerKnowledge servers = new ServerKnowledge();
    private final Quarantine quarantine = new Quarantine(1_000_000, servers);
    private Requests requests;

    HandSite() {
        this(newClient(), "");
    }

    /** One client does for many: it holds a selector. */
    HandSite(HandZooKeeper client, String namespace) {
        this.client = client;
        client.asked().clear();
        var log = new ThrottledLog("orders", ticker);
        log.silence();
        this.hand = new HandLoop(ticker, log, errors::add);
        this.watches = new SessionWatches(
                new RestoreContext(
                        "orders",
                        hand.loop(),
                        callbacks.callbacks,
                        Runnable::run,
                        new PathSpace(namespace, ""),
                        RestorePolicy.defaults(),
                        null,
                        log,
                        Duration.ofSeconds(5),
                        1_000_000),
                new BulkRearming.Limits(BULK_IS_WORTH_IT, client.canRearm() ? LOOKS : LOOKS_WITHOUT));
    }

    static HandZooKeeper newClient() {
        try {
            return new HandZooKeeper();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server of a present release has answered. */
    void upgraded() {
        servers.answered(ServerRelease.V3_6);
    }

    void attach(Attachment how, long generation) {
        requests = new Requests(new HandleWire(client), hand.loop(), RestorePolicy.defaults(), quarantine);
        var live = new AttachedSession(generation, generation, Set.of(), requests);
        onLoop(() -> watches.attached(live, how, () -> restored++));
    }

    /** The connection is gone, and with it the answers. */
    void detach() {
        onLoop(() -> {
            requests.broken();
            watches.detached();
        });
        client.asked().clear();
    }

    void close() {
        closeWhile(() -> {});
    }

    /** Something happens that the loop hears of after the close. */
    void closeWhile(Runnable meanwhile) {
        onLoop(() -> {
            requests.end();
            watches.detached();
            meanwhile.run();
            watches.closed(new SessionClosedException("closed", null));
        });
    }

    private void onLoop(Runnable task) {
        hand.loop().offer(task);
        run();
    }

    /** Does what is due on the loop. */
    void run() {
        hand.run();
    }

    void pass(Duration time) {
        ticker.advance(time);
        run();
    }
}
