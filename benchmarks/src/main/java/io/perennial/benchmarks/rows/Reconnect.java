package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Heard;
import io.perennial.benchmarks.variants.Variant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The connection is lost and the server refuses for a while, or accepts again at once. From the moment when it accepts
 * to the first operation that succeeds. Afterwards somebody else changes watched nodes, and every change must arrive.
 */
final class Reconnect implements Trial {
    private static final int CHECKED = 20;

    private final Lab lab = new Lab();
    private final Duration down;
    private final List<String> watched;
    private final Heard heard = new Heard();
    private final Client client;

    Reconnect(Variant variant, int watches, Duration down) throws Exception {
        this.down = down;
        watched = lab.watchable(watches);
        client = variant.client(lab.connectString(), connected -> {});
        client.connect();
        client.watch(watched, heard);
        heard.expect(lab.versions(watched.subList(0, Math.min(CHECKED, watches))))
                .await();
        Lab.await("all watched nodes", 1_000_000, () -> heard.nodes() == watches);
        lab.awaitQuiet(client.sessionId());
    }

    @Override
    public double run() throws Exception {
        long session = client.sessionId();
        var back = new CompletableFuture<Long>();
        long end;
        if (down.isZero()) {
            lab.network().cut();
            back.complete(System.nanoTime());
            end = FirstRead.await(client, Lab.WATCHED);
        } else {
            lab.network().disconnect();
            var opening = new Thread(() -> back.complete(openLater()), "network");
            opening.start();
            end = FirstRead.await(client, Lab.WATCHED);
            opening.join();
        }
        double millis = Lab.millis(end - back.get(1, TimeUnit.SECONDS));
        check(session);
        return millis;
    }

    private long openLater() {
        try {
            Thread.sleep(down.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long opened = System.nanoTime();
        lab.network().accept();
        return opened;
    }

    private void check(long session) throws Exception {
        if (client.sessionId() != session) {
            throw new IllegalStateException("the session was lost, which was not the plan");
        }
        List<String> sample = watched.subList(0, Math.min(CHECKED, watched.size()));
        if (!sample.isEmpty()) {
            heard.expect(lab.change(sample)).await();
        }
        lab.awaitQuiet(session);
    }

    @Override
    public void close() {
        client.close();
        lab.close();
    }
}
