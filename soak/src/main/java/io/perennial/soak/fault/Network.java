package io.perennial.soak.fault;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.test.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The network between clients and servers: a proxy for each server, and the names by which clients know the servers,
 * in a file that the clients' JVMs use as their name service ({@code jdk.net.hosts.file}). Thread-safe.
 */
public final class Network implements AutoCloseable {
    private static final List<String> ADDRESSES = List.of("127.0.0.1", "127.0.0.2");

    private final Object lock = new Object();
    private final Path hosts;

    @GuardedBy("lock")
    private final List<FaultProxy> proxies;

    @GuardedBy("lock")
    private final List<Fault> active = new ArrayList<>();

    @GuardedBy("lock")
    private int address;

    /**
     * A network that is well.
     *
     * @param ports the servers', on 127.0.0.1
     * @param hosts the file with the names
     */
    public Network(List<Integer> ports, Path hosts) {
        this.hosts = hosts;
        proxies = ports.stream().map(FaultProxy::new).collect(Collectors.toCollection(ArrayList::new));
        writeNames();
    }

    /** Names and ports, which stay whatever happens. */
    public String connectString() {
        synchronized (lock) {
            var known = new StringJoiner(",");
            for (int server = 0; server < proxies.size(); server++) {
                known.add(name(server) + ":" + proxies.get(server).port());
            }
            return known.toString();
        }
    }

    /** What a client's JVM needs to know the names, and to look each time. */
    public List<String> jvmOptions() {
        return List.of(
                "-Djdk.net.hosts.file=" + hosts.toAbsolutePath(),
                "-Dsun.net.inetaddr.ttl=0",
                "-Dsun.net.inetaddr.negative.ttl=0");
    }

    void begin(Fault fault) {
        synchronized (lock) {
            if (isLasting(fault.verb())) {
                active.add(fault);
            }
            apply(fault);
        }
    }

    /** Ends what it did; what others still do stays. */
    void end(Fault fault) {
        synchronized (lock) {
            if (!active.remove(fault)) {
                return;
            }
            switch (fault.verb()) {
                case REFUSE, DISCONNECT, SLAM_SHUT -> each(fault, FaultProxy::accept);
                case FREEZE, FREEZE_RESPONSES, BLACKHOLE -> each(fault, FaultProxy::thaw);
                case DELAY -> each(fault, proxy -> proxy.delayResponses(Duration.ZERO));
                case FORGET_NAMES -> writeNames();
                default -> {
                    // Lasts until everything is healed.
                }
            }
            active.forEach(this::uphold);
        }
    }

    /** Ends everything. */
    void heal() {
        synchronized (lock) {
            active.clear();
            proxies.forEach(FaultProxy::heal);
            writeNames();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            proxies.forEach(FaultProxy::close);
        }
    }

    @GuardedBy("lock")
    private void apply(Fault fault) {
        switch (fault.verb()) {
            case CUT -> each(fault, FaultProxy::cut);
            case LOSE_ACKNOWLEDGEMENT, LOSE_REQUEST -> each(fault, proxy -> lose(fault, proxy));
            case CHANGE_ADDRESSES -> move();
            default -> {
                uphold(fault);
                if (isUnseenByExisting(fault.verb())) {
                    each(fault, FaultProxy::cut);
                }
            }
        }
    }

    private static void lose(Fault fault, FaultProxy proxy) {
        IntPredicate victim = opCode -> opCode == fault.detail();
        if (fault.verb() == Verb.LOSE_REQUEST) {
            var unused = proxy.loseRequest(victim);
        } else {
            var unused = proxy.loseAcknowledgement(victim);
        }
    }

    @GuardedBy("lock")
    private void uphold(Fault fault) {
        switch (fault.verb()) {
            case REFUSE, DISCONNECT -> each(fault, FaultProxy::refuse);
            case SLAM_SHUT -> each(fault, FaultProxy::slamShut);
            case FREEZE -> each(fault, FaultProxy::freeze);
            case FREEZE_RESPONSES -> each(fault, FaultProxy::freezeResponses);
            case BLACKHOLE -> each(fault, FaultProxy::blackholeNewConnections);
            case DELAY -> each(fault, proxy -> proxy.delayResponses(Duration.ofMillis(fault.detail())));
            case FORGET_SESSIONS -> each(fault, FaultProxy::forgetSessions);
            case FORGET_NAMES -> write("");
            default -> throw new IllegalArgumentException("nothing of the network that lasts: " + fault);
        }
    }

    /** Every server gets the other address, at the same port: the old ones are closed, with their connections. */
    @GuardedBy("lock")
    private void move() {
        address = (address + 1) % ADDRESSES.size();
        for (int server = 0; server < proxies.size(); server++) {
            FaultProxy old = proxies.get(server);
            proxies.set(server, old.twinAt(ADDRESSES.get(address)));
            old.close();
        }
        if (active.stream().noneMatch(fault -> fault.verb() == Verb.FORGET_NAMES)) {
            writeNames();
        }
        active.forEach(this::uphold);
    }

    @GuardedBy("lock")
    private void each(Fault fault, Consumer<FaultProxy> deed) {
        if (fault.isForAll()) {
            proxies.forEach(deed);
        } else {
            deed.accept(proxies.get(fault.target()));
        }
    }

    @GuardedBy("lock")
    private void writeNames() {
        String host = ADDRESSES.get(address);
        write(IntStream.range(0, proxies.size())
                .mapToObj(server -> host + " " + name(server) + "\n")
                .collect(Collectors.joining()));
    }

    /** Atomically, because clients may read it at any time. */
    private void write(String names) {
        try {
            Path next = hosts.resolveSibling(hosts.getFileName() + ".next");
            Files.writeString(next, "127.0.0.1 localhost\n" + names);
            Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLasting(Verb verb) {
        return switch (verb) {
            case CUT, LOSE_ACKNOWLEDGEMENT, LOSE_REQUEST, CHANGE_ADDRESSES -> false;
            default -> true;
        };
    }

    private static boolean isUnseenByExisting(Verb verb) {
        return switch (verb) {
            case DISCONNECT, SLAM_SHUT, BLACKHOLE, FORGET_SESSIONS, FORGET_NAMES -> true;
            default -> false;
        };
    }

    private static String name(int server) {
        return "zk" + (server + 1);
    }
}
