package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Variant;
import java.util.List;

/**
 * A connected client registers its nodes in a loop. From the first registration until the observer sees all of them.
 */
final class FirstRegistration implements Trial {
    private final Lab lab = new Lab();
    private final Variant variant;
    private final List<String> paths;

    FirstRegistration(Variant variant, int nodes) {
        this.variant = variant;
        paths = Lab.paths(Lab.NODES, nodes);
    }

    @Override
    public double run() throws Exception {
        try (Client client = variant.client(lab.connectString(), connected -> {})) {
            client.connect();
            long begun = System.nanoTime();
            client.register(paths);
            long seen = lab.awaitNodes(paths.size());
            lab.awaitQuiet(client.sessionId());
            lab.checkOwner(paths.size(), client.sessionId());
            return Lab.millis(seen - begun);
        } finally {
            lab.awaitNodes(0);
        }
    }

    @Override
    public void close() {
        lab.close();
    }
}
