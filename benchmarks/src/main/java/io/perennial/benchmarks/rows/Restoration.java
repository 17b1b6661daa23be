package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Heard;
import io.perennial.benchmarks.variants.Variant;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The client is away for a moment. Meanwhile the server ends its session, or forgets it, and somebody else changes some
 * of the watched nodes. From the client's return, when its handshake with the old session reaches the server, to the
 * end: the observer sees all nodes again, the server has all watches again, and the changes were delivered. Then the
 * owner of each node is checked, and further changes must arrive.
 */
final class Restoration implements Trial {
    private static final int CHANGED = 100;
    /** With the server's start less than 4/3 of the timeout: then ZooKeeper's own client gives its session up. */
    private static final Duration OUTAGE = Client.SESSION_TIMEOUT.plusSeconds(1);

    /** When the clock stops. */
    enum End {
        /** Nodes are back, watches are back, changes delivered. */
        RESTORED,
        /** The client has sent its last request. */
        QUIET
    }

    /** What is lost. */
    enum Loss {
        /** Only the connection: the session lives on. */
        CONNECTION,
        /** There is no server for longer than the session timeout; the one that comes back still has the session. */
        SERVER,
        /** The server has ended it: its nodes are gone. */
        EXPIRED,
        /** The server gives the client a new one and keeps the old one's nodes, as some do. */
        FORGOTTEN
    }

    private final Lab lab = new Lab();
    private final int nodes;
    private final Loss loss;
    private final End end;
    private final List<String> watched;
    private final Heard heard = new Heard();
    private final Client client;
    private final int watchesAtRest;

    Restoration(Variant variant, int nodes, int watches, Loss loss, End end) throws Exception {
        this(variant, nodes, watches, false, loss, end);
    }

    /** With a tree, its leaves are what is watched. */
    static Restoration ofTree(Variant variant, int leaves, Loss loss) throws Exception {
        return new Restoration(variant, 0, leaves, true, loss, End.RESTORED);
    }

    private Restoration(Variant variant, int nodes, int watches, boolean tree, Loss loss, End end) throws Exception {
        this.nodes = nodes;
        this.loss = loss;
        this.end = end;
        watched = lab.watchable(watches);
        client = variant.client(lab.connectString(), connected -> {});
        client.connect();
        client.register(Lab.paths(Lab.NODES, nodes));
        if (tree) {
            client.watchTree(Lab.WATCHED, heard);
        } else {
            client.watch(watched, heard);
        }
        lab.awaitNodes(nodes);
        Lab.await("all watched nodes", 1_000_000, () -> heard.nodes() >= watches);
        lab.awaitQuiet(client.sessionId());
        watchesAtRest = watches == 0 ? 0 : lab.watches();
    }

    @Override
    public double run() throws Exception {
        long old = client.sessionId();
        List<String> sample = watched.subList(0, Math.min(CHANGED, watched.size()));
        int before = lab.changesOfNodes();
        lab.network().disconnect();
        if (loss == Loss.SERVER) {
            lab.noServerFor(OUTAGE);
        }
        Heard.Expectation changes = heard.expect(lab.change(sample));
        if (loss == Loss.EXPIRED) {
            lab.expire(old);
            lab.awaitNodes(0);
        } else if (loss == Loss.FORGOTTEN) {
            lab.network().forgetSessions();
        }
        int handshakes = lab.handshakes();
        lab.network().accept();
        long begun = lab.awaitHandshake(handshakes);
        if (loss == Loss.FORGOTTEN) {
            lab.awaitChangesOfNodes(before + 2 * nodes);
        } else {
            lab.awaitNodes(nodes);
        }
        long nodesBack = System.nanoTime();
        long delivered = changes.await();
        long watchesBack = watchesAtRest == 0 ? nodesBack : lab.awaitWatches(watchesAtRest);
        long quiet = lab.awaitQuiet(client.sessionId());
        lab.network().heal();
        check(old, sample);
        long last = Math.max(nodesBack, Math.max(delivered, watchesBack));
        return Lab.millis((end == End.QUIET ? quiet : last) - begun);
    }

    private void check(long old, List<String> sample) throws Exception {
        long session = client.sessionId();
        if ((session == old) != (loss == Loss.CONNECTION || loss == Loss.SERVER)) {
            throw new IllegalStateException(
                    session == old ? "it is still the old session" : "the session was lost, which was not the plan");
        }
        lab.checkOwner(nodes, session);
        Map<String, Integer> later = lab.change(sample);
        heard.expect(later).await();
        lab.awaitQuiet(session);
    }

    @Override
    public void close() {
        client.close();
        lab.close();
    }
}
