package io.perennial.samples.shop;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Another instance of the service, or this one.
 *
 * @param name the name of its node: the port
 * @param here whether it is announced now
 * @param since when it was seen to come or go
 */
record Peer(String name, boolean here, Instant since) {
    private static final Comparator<String> BY_PORT =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    /** Those that are announced now, and earlier ones that no longer are; each keeps its time until it changes. */
    static List<Peer> after(Set<String> announced, List<Peer> before, Instant now) {
        var names = new TreeSet<>(BY_PORT);
        names.addAll(announced);
        before.forEach(peer -> names.add(peer.name));
        return names.stream()
                .map(name -> {
                    boolean here = announced.contains(name);
                    return find(name, before)
                            .filter(peer -> peer.here == here)
                            .orElseGet(() -> new Peer(name, here, now));
                })
                .toList();
    }

    private static Optional<Peer> find(String name, List<Peer> peers) {
        return peers.stream().filter(peer -> peer.name.equals(name)).findFirst();
    }
}
