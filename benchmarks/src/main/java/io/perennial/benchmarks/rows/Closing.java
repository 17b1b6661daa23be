package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Variant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A client with nodes is closed: until the call returns, or until the observer sees none of its nodes any more. */
final class Closing implements Trial {
    /** What the figure is. */
    enum Figure {
        /** Until the call returns. */
        RETURNED,
        /** Until the observer sees no node. */
        GONE,
        /** Until the call returns, while no server can be reached and the client has been told so. */
        UNREACHABLE
    }

    private final Lab lab = new Lab();
    private final Variant variant;
    private final List<String> paths;
    private final Figure figure;

    Closing(Variant variant, int nodes, Figure figure) {
        this.variant = variant;
        this.figure = figure;
        paths = Lab.paths(Lab.NODES, nodes);
    }

    @Override
    public double run() throws Exception {
        var told = new CountDownLatch(1);
        Client client = variant.client(lab.connectString(), connected -> {
            if (!connected) {
                told.countDown();
            }
        });
        client.connect();
        client.register(paths);
        lab.awaitNodes(paths.size());
        long session = client.sessionId();
        lab.awaitQuiet(session);
        return figure == Figure.UNREACHABLE ? closeAlone(client, session, told) : close(client);
    }

    private double close(Client client) throws Exception {
        CompletableFuture<Long> gone = CompletableFuture.supplyAsync(() -> lab.awaitNodes(0));
        long begun = System.nanoTime();
        client.close();
        long returned = System.nanoTime();
        long seen = gone.get(Client.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return Lab.millis((figure == Figure.GONE ? seen : returned) - begun);
    }

    private double closeAlone(Client client, long session, CountDownLatch told) throws Exception {
        lab.network().disconnect();
        if (!told.await(Client.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the client has not noticed that its connection is gone");
        }
        Thread.sleep(2_000); // it has tried all servers by then
        long begun = System.nanoTime();
        client.close();
        long returned = System.nanoTime();
        lab.network().accept();
        lab.expire(session);
        lab.awaitNodes(0);
        return Lab.millis(returned - begun);
    }

    @Override
    public void close() {
        lab.close();
    }
}
