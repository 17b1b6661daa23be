package io.perennial.benchmarks.scale.measure;

import io.perennial.benchmarks.Environment;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.test.ZooKeeperServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.apache.jute.Record;
import org.jspecify.annotations.Nullable;

/**
 * Prints what each kind of request costs servers in separate JVMs, in microseconds of CPU time, and what lives on their
 * heap. These are the constants of the model. Linux only.
 */
public final class MeasureCosts {
    private static final int SESSIONS = 3_000;
    private static final int HERD = 500;

    private final List<ServerProcess> servers;
    private final ServerProcess asked;
    private final List<ServerCpu> cpus;
    private final int rounds;

    private MeasureCosts(List<ServerProcess> servers, ServerProcess asked, int rounds) {
        this.servers = servers;
        this.asked = asked;
        this.rounds = rounds;
        this.cpus = servers.stream().map(ServerCpu::new).toList();
    }

    /**
     * Measures one server alone, then a follower of three, and the leader behind it.
     *
     * @param args the number of rounds of 1,000 requests, 20 unless given
     */
    public static void main(String[] args) {
        Environment.main(args);
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        try (ServerProcess alone = ZooKeeperServers.process()
                .tickTime(Duration.ofSeconds(2))
                .jvmOption("-Xmx1g")
                .start()) {
            System.out.println("== one server alone");
            var measure = new MeasureCosts(List.of(alone), alone, rounds);
            measure.memory();
            measure.requests();
        }
        try (ZooKeeperEnsemble three = ZooKeeperServers.ensemble(3)
                .tickTime(Duration.ofSeconds(2))
                .jvmOption("-Xmx1g")
                .start()) {
            System.out.println("== a follower of three; in brackets the leader, then the other follower");
            int leader = three.leaderIndex();
            ServerProcess follower = three.server((leader + 1) % 3);
            new MeasureCosts(List.of(follower, three.server(leader), three.server((leader + 2) % 3)), follower, rounds)
                    .requests();
        }
    }

    private void requests() {
        int port = asked.port();
        report("first sessions after the start", SESSIONS, () -> closeAll(herd(port, List.of())));
        closeAll(herd(port, List.of())); // Warm.
        try (WireSession session = WireSession.open(port)) {
            session.send(1, Bodies.CREATE, Bodies.create("/m", 0, false));
            session.flush();
            session.receive();
            pipelined(session, "ping", 1, xid -> session.send(-2, Bodies.PING, null));
            pipelined(session, "sync", 1, xid -> session.send(xid, Bodies.SYNC, Bodies.sync("/m")));
            pipelined(session, "read", 1, xid -> session.send(xid, Bodies.GET_DATA, Bodies.read("/m", false)));
            pipelined(
                    session,
                    "create, single",
                    1,
                    xid -> session.send(xid, Bodies.CREATE, Bodies.create("/m/c" + xid, 32, true)));
            pipelined(
                    session,
                    "read that arms a watch",
                    1,
                    xid -> session.send(xid, Bodies.GET_DATA, Bodies.read("/m/c" + xid, true)));
            pipelined(
                    session,
                    "multi of 10 creates",
                    1,
                    xid -> session.send(xid, Bodies.MULTI, Bodies.creates("/m/b" + xid + "-", 10)));
            pipelined(
                    session,
                    "create in a batch of 1,000",
                    1_000,
                    xid -> session.send(xid, Bodies.MULTI, Bodies.creates("/m/k" + xid + "-", 1_000)));
            pipelined(
                    session,
                    "watch in a setWatches of 1,000",
                    1_000,
                    xid -> session.send(-8, Bodies.SET_WATCHES, Bodies.setWatches("/m/c", 1_000)));
        }
        List<WireSession> herd = new ArrayList<>();
        report("session created", SESSIONS, () -> herd.addAll(herd(port, List.of())));
        List<WireSession> back = new ArrayList<>();
        closeAll(herd);
        report("session reconnected", SESSIONS, () -> back.addAll(herd(port, herd)));
        watchers(back);
        atRest(back, "ping", -2, Bodies.PING, null);
        atRest(back, "sync", 4, Bodies.SYNC, Bodies.sync("/m"));
        report("session closed", SESSIONS, () -> {
            back.forEach(session -> session.send(1, Bodies.CLOSE, null));
            back.forEach(WireSession::flush);
            back.forEach(WireSession::receive);
        });
        closeAll(back);
    }

    /** All at once, in crowds that the listen backlog holds. */
    private static List<WireSession> herd(int port, List<WireSession> known) {
        List<WireSession> all = new ArrayList<>();
        for (int from = 0; from < SESSIONS; from += 40) {
            List<WireSession> crowd = new ArrayList<>();
            for (int i = from; i < from + 40; i++) {
                crowd.add(WireSession.begin(port, known.isEmpty() ? null : known.get(i)));
            }
            crowd.forEach(WireSession::connected);
            all.addAll(crowd);
        }
        return all;
    }

    private static void closeAll(List<WireSession> sessions) {
        sessions.forEach(WireSession::close);
    }

    private void watchers(List<WireSession> sessions) {
        List<WireSession> crowd = sessions.subList(0, HERD);
        WireSession writer = sessions.get(HERD);
        int nodes = 2 * rounds;
        for (int i = 0; i < nodes; i++) {
            writer.send(3, Bodies.CREATE, Bodies.create("/m/w" + i, 32, true));
            writer.flush();
            writer.receive();
        }
        report("watch armed, one request at a time", nodes * HERD, () -> {
            for (int i = 0; i < nodes; i++) {
                Record read = Bodies.read("/m/w" + i, true);
                crowd.forEach(session -> session.send(2, Bodies.GET_DATA, read));
                crowd.forEach(WireSession::flush);
                crowd.forEach(WireSession::receive);
            }
        });
        report("watch's event delivered", nodes * HERD, () -> {
            for (int i = 0; i < nodes; i++) {
                writer.send(3, Bodies.SET_DATA, Bodies.write("/m/w" + i));
                writer.flush();
                writer.receive();
                crowd.forEach(WireSession::receive);
            }
        });
    }

    /** As 1,000 sessions at rest do: 200 a second, each from another session. */
    private void atRest(List<WireSession> sessions, String what, int xid, int operation, @Nullable Record body) {
        report(what + ", 200 a second", 2_000, () -> {
            long begin = System.nanoTime();
            for (int i = 0; i < 2_000; i++) {
                LockSupport.parkNanos(begin + i * 5_000_000L - System.nanoTime());
                WireSession session = sessions.get(i % 1_000);
                session.send(xid, operation, body);
                session.flush();
                session.receive();
            }
        });
    }

    private void pipelined(WireSession session, String what, int parts, IntConsumer send) {
        int count = parts == 1 ? 1_000 : 10;
        int[] xid = {1};
        Runnable round = () -> {
            for (int i = 0; i < count; i++) {
                send.accept(xid[0]++);
            }
            session.flush();
            for (int i = 0; i < count; i++) {
                session.receive();
            }
        };
        round.run();
        round.run();
        int times = what.contains("creates") || parts > 1 ? Math.min(10, rounds) : rounds; // Mind the heap.
        report(what, count * parts * times, () -> {
            for (int i = 0; i < times; i++) {
                round.run();
            }
        });
    }

    private void report(String what, int operations, Runnable work) {
        List<ServerCpu.Reading> before = cpus.stream().map(ServerCpu::read).toList();
        long start = System.nanoTime();
        work.run();
        double micros = (System.nanoTime() - start) / 1e3;
        var line = new StringBuilder("%-38s %8.1f us elapsed;".formatted(what, micros / operations));
        for (int i = 0; i < servers.size(); i++) {
            ServerCpu.Use use = cpus.get(i).read().since(before.get(i));
            line.append(" %s%.1f us of CPU, busiest thread %.1f (%s)%s"
                    .formatted(
                            i == 0 ? "" : "[",
                            use.all() / operations,
                            use.busiest() / operations,
                            use.top(),
                            i == 0 ? "" : "]"));
        }
        System.out.println(line);
    }

    private void memory() {
        ServerCpu cpu = cpus.get(0);
        int port = asked.port();
        try (WireSession session = WireSession.open(port)) {
            session.send(1, Bodies.CREATE, Bodies.create("/h", 0, false));
            session.flush();
            session.receive();
            long empty = cpu.liveBytes();
            List<WireSession> many = herd(port, List.of());
            long sessions = cpu.liveBytes();
            System.out.printf("heap: %,d bytes a session with its connection%n", (sessions - empty) / many.size());
            for (int i = 0; i < 60_000; i++) {
                watch(many.get(i % many.size()), "/h/absent" + i);
            }
            long spread = cpu.liveBytes();
            System.out.printf("heap: %,d bytes a watch, the only one of its node%n", (spread - sessions) / 60_000);
            for (int i = 0; i < 20; i++) {
                for (WireSession watcher : many) {
                    watch(watcher, "/h/shared" + i);
                }
            }
            long shared = cpu.liveBytes();
            System.out.printf("heap: %,d bytes a watch, one of 3,000 of its node%n", (shared - spread) / 60_000);
            for (int i = 0; i < 60; i++) {
                session.send(2, Bodies.MULTI, Bodies.creates("/h/" + i + "-", 1_000));
                session.flush();
                session.receive();
            }
            long nodes = cpu.liveBytes();
            System.out.printf("heap: %,d bytes an ephemeral node of 32 bytes%n", (nodes - shared) / 60_000);
            closeAll(many);
        }
    }

    /** On a node that does not exist, which is as good. */
    private static void watch(WireSession session, String path) {
        session.send(3, Bodies.EXISTS, Bodies.exists(path));
        session.flush();
        session.skip();
    }
}
