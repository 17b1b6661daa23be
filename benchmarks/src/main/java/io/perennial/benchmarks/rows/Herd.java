package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Variant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server with many clients is stopped and comes back. From the moment when the observer's connection is first
 * accepted until half of the clients, or all, are connected again.
 */
final class Herd implements Trial {
    private final Lab lab = new Lab();
    private final int size;
    private final boolean last;
    private final List<Client> clients = new ArrayList<>();
    private final List<Long> connections = Collections.synchronizedList(new ArrayList<>());
    private volatile CountDownLatch told = new CountDownLatch(0);

    Herd(Variant variant, int size, boolean last) throws Exception {
        this.size = size;
        this.last = last;
        String connectString = lab.server().connectString();
        for (int i = 0; i < size; i++) {
            Client client = variant.client(connectString, this::hear);
            clients.add(client);
            client.connect();
        }
    }

    private void hear(boolean connected) {
        if (connected) {
            connections.add(System.nanoTime());
        } else {
            told.countDown();
        }
    }

    @Override
    public double run() throws Exception {
        told = new CountDownLatch(size);
        lab.server().stop();
        if (!told.await(Client.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(told.getCount() + " clients have not noticed that the server is gone");
        }
        connections.clear();
        lab.server().launch();
        int port = lab.server().port();
        long accepted = Lab.await("the server", 500_000, () -> accepts(port));
        Lab.await("all clients", 5_000_000, () -> connections.size() >= size);
        List<Long> times = connections.stream().sorted().toList();
        return Lab.millis(times.get(last ? size - 1 : (size - 1) / 2) - accepted);
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    @Override
    public void close() {
        for (Client client : clients) {
            client.close();
        }
        lab.close();
    }
}
