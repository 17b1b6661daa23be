package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Heard;
import io.perennial.benchmarks.variants.Variant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Somebody else writes every watched node once, as fast as the server takes it. Notifications in a second, from the
 * first write until the last change was delivered, whole states and not only hints.
 */
final class Burst implements Trial {
    private final Lab lab = new Lab();
    private final List<String> watched;
    private final Heard heard = new Heard();
    private final Client client;
    private int version;

    Burst(Variant variant, int watches, boolean tree) throws Exception {
        watched = lab.watchable(watches);
        client = variant.client(lab.connectString(), connected -> {});
        client.connect();
        if (tree) {
            client.watchTree(Lab.WATCHED, heard);
        } else {
            client.watch(watched, heard);
        }
        Lab.await("all watched nodes", 1_000_000, () -> heard.nodes() >= watches);
        lab.awaitQuiet(client.sessionId());
    }

    @Override
    public double run() throws Exception {
        version++;
        Heard.Expectation expectation =
                heard.expect(watched.stream().collect(Collectors.toMap(path -> path, path -> version)));
        Map<String, Integer> versions = new ConcurrentHashMap<>();
        long begun = System.nanoTime();
        var writes = lab.changeInBackground(watched, versions);
        long delivered = expectation.await();
        writes.get(1, TimeUnit.SECONDS);
        lab.awaitQuiet(client.sessionId());
        return watched.size() / ((delivered - begun) / 1e9);
    }

    @Override
    public void close() {
        client.close();
        lab.close();
    }
}
