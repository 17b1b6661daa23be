package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Wire;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link Restoration} takes at least: a new connection, the requests as bytes made beforehand, the answers. The
 * observer sees the nodes as it does with a client.
 */
final class WireRestoration implements Trial {
    private final Lab lab = new Lab();
    private final int nodes;
    private final List<byte[]> requests = new ArrayList<>();

    WireRestoration(int nodes, int watches) throws Exception {
        this.nodes = nodes;
        requests.addAll(Wire.creations(Lab.paths(Lab.NODES, nodes)));
        requests.addAll(Wire.reads(lab.watchable(watches)));
    }

    @Override
    public double run() throws Exception {
        long begun = System.nanoTime();
        try (var wire = new Wire("127.0.0.1", lab.network().port())) {
            wire.send(requests);
            long answered = System.nanoTime();
            long seen = nodes == 0 ? answered : lab.awaitNodes(nodes);
            lab.checkOwner(nodes, wire.sessionId());
            return Lab.millis(Math.max(seen, answered) - begun);
        } finally {
            lab.awaitNodes(0);
        }
    }

    @Override
    public void close() {
        lab.close();
    }
}
