package io.perennial.internal.connect;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The servers that a handle tries in turn, whose names it resolves anew for each attempt. Concurrency: from anywhere;
 * no lock is held while a name is resolved.
 */
public final class ServerList {
    private final HostResolver resolver;
    private final RandomGenerator random;
    private final List<Endpoint> servers = new ArrayList<>();
    private int next;

    public ServerList(List<Endpoint> servers, HostResolver resolver, RandomGenerator random) {
        this.resolver = resolver;
        this.random = random;
        take(servers);
    }

    /** As ZooKeeper's own provider does: clients with the same list do not all begin with the same server. */
    private void take(List<Endpoint> update) {
        servers.clear();
        servers.addAll(update);
        for (int last = servers.size() - 1; last > 0; last--) {
            Collections.swap(servers, last, random.nextInt(last + 1));
        }
        next = 0;
    }

    /** The one whose turn it is. */
    synchronized Endpoint next() {
        Endpoint server = servers.get(next % servers.size());
        next = (next + 1) % servers.size();
        return server;
    }

    /** Its address now; blocks. */
    InetSocketAddress resolve(Endpoint server) throws UnknownHostException {
        return new InetSocketAddress(resolver.one(server.host(), random), server.port());
    }

    synchronized boolean lists(Endpoint server) {
        return servers.contains(server);
    }

    synchronized List<Endpoint> all() {
        return List.copyOf(servers);
    }

    synchronized int size() {
        return servers.size();
    }

    /** Uses these from now on; returns whether they differ from those before, which otherwise keep their turn. */
    synchronized boolean follow(List<Endpoint> update) {
        if (Set.copyOf(update).equals(Set.copyOf(servers))) {
            return false;
        }
        take(update);
        return true;
    }
}
