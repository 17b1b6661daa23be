package io.perennial.handle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The servers that a handle tries in turn. Concurrency: from anywhere. */
final class ServerList {
    private final List<Endpoint> servers = new ArrayList<>();
    private int next;

    ServerList(List<Endpoint> servers) {
        take(servers);
    }

    /** As ZooKeeper's own provider: clients with the same list do not all begin with the same server. */
    private void take(List<Endpoint> update) {
        servers.clear();
        servers.addAll(update);
        Collections.shuffle(servers, ThreadLocalRandom.current());
        next = 0;
    }

    /** The one whose turn it is. */
    synchronized Endpoint next() {
        Endpoint server = servers.get(next % servers.size());
        next = (next + 1) % servers.size();
        return server;
    }

    synchronized int size() {
        return servers.size();
    }

    /** From now on these; returns whether they are others than before, who keep their turn if not. */
    synchronized boolean follow(List<Endpoint> update) {
        if (Set.copyOf(update).equals(Set.copyOf(servers))) {
            return false;
        }
        take(update);
        return true;
    }
}
