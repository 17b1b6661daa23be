package io.perennial.internal.connect;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The servers that a handle tries in turn, whose names it resolves anew for each attempt. Concurrency: from anywhere;
 * no lock is held while a name is resolved.
 */
public final class ServerList {
    private final HostResolver resolver;
    private final RandomGenerator random;
    private final List<Endpoint> servers = new ArrayList<>();
    /** What their names stood for when they were last resolved; none for a name that could not be. */
    private final Map<Endpoint, List<InetSocketAddress>> addresses = new ConcurrentHashMap<>();

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
        addresses.remove(server);
        InetAddress[] all = resolver.resolve(server.host());
        if (lists(server)) {
            addresses.put(
                    server,
                    Stream.of(all)
                            .map(one -> new InetSocketAddress(one, server.port()))
                            .toList());
        }
        return new InetSocketAddress(HostResolver.one(server.host(), all, random), server.port());
    }

    /** All its addresses, as last resolved; none when they are not known. Does not block. */
    List<InetSocketAddress> addresses(Endpoint server) {
        return addresses.getOrDefault(server, List.of());
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
        addresses.keySet().retainAll(update);
        return true;
    }
}
