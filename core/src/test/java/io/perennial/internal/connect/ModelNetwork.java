package io.perennial.internal.connect;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The servers of a gate's play, their names and addresses, and what is wrong with them. */
final class ModelNetwork implements HostResolver {
    static final int MOST_LISTED = 4;
    static final long LONGEST_LOOK_UP = 2_000;
    /** Servers, listed or not; by numerical names, for the client's own search asks no resolver of ours. */
    private static final int SERVERS = 6;

    private static final int PORT = 2181;
    private static final int LISTENS = 250;
    static final String WORDS = "HTTP/1.1 400 Bad Request";

    private final GatePlay play;
    private final List<Server> servers = new ArrayList<>();
    private List<Server> listed;
    private long changes;
    /** What the last look has found. */
    private boolean looked;

    private boolean lookMet;

    /** One server. */
    static final class Server {
        final Endpoint endpoint;
        private final int number;
        private Manner manner = Manner.GIVES;
        private int address = 1;
        private boolean nameless;
        private long lookUpTakes;
        private long latency;
        /** By the play's clock, in nanoseconds: since when it has been as it is. */
        private long since;

        private Server(int number) {
            this.number = number;
            this.endpoint = new Endpoint("10.0.0." + number, PORT);
        }

        Manner manner() {
            return manner;
        }

        long since() {
            return since;
        }

        long latency() {
            return latency;
        }

        /** Whether who connects now gets a session within a moment. */
        boolean isWell() {
            return manner.gives() && !nameless && latency < LISTENS / 2 && lookUpTakes == 0;
        }

        boolean isReachable() {
            return manner.accepts() && !nameless;
        }

        @Override
        public String toString() {
            return endpoint + " (" + manner + (nameless ? ", nameless" : "") + ", address " + address + ", late "
                    + latency + ")";
        }
    }

    /** Thrown by the thousand. */
    private static final class Refused extends ConnectException {
        private static final long serialVersionUID = 1L;

        private Refused() {
            super("Connection refused");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Thrown by the thousand. */
    private static final class HungUp extends EOFException {
        private static final long serialVersionUID = 1L;

        private HungUp() {
            super("hung up");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Thrown by the thousand. */
    private static final class TimedOut extends SocketTimeoutException {
        private static final long serialVersionUID = 1L;

        private TimedOut() {
            super("timed out");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    ModelNetwork(GatePlay play, int count) {
        this.play = play;
        for (int i = 1; i <= SERVERS; i++) {
            servers.add(new Server(i));
        }
        listed = List.copyOf(servers.subList(0, count));
    }

    List<Server> listed() {
        return listed;
    }

    List<Server> all() {
        return servers;
    }

    List<Endpoint> endpoints() {
        return listed.stream().map(server -> server.endpoint).toList();
    }

    /** Some of them, others than before. */
    void list(int amount) {
        int from = amount % SERVERS;
        int count = 1 + amount / SERVERS % MOST_LISTED;
        var update = new ArrayList<Server>();
        for (int i = 0; i < count; i++) {
            update.add(servers.get((from + i) % SERVERS));
        }
        update.stream().filter(one -> !listed.contains(one)).forEach(one -> one.since = play.now());
        listed = List.copyOf(update);
    }

    Server any(int amount) {
        return listed.get(amount % listed.size());
    }

    boolean isNobodyReachable() {
        for (Server server : listed) {
            if (server.isReachable()) {
                return false;
            }
        }
        return true;
    }

    void set(Server server, Manner manner) {
        server.manner = manner;
        changed(server);
    }

    void setAll(Manner manner) {
        servers.forEach(server -> set(server, manner));
    }

    void delay(Server server, long millis) {
        server.latency = millis;
        changed(server);
    }

    void name(Server server, boolean known, long takes) {
        server.nameless = !known;
        server.lookUpTakes = takes;
        changed(server);
    }

    /** Nobody is at the old one any more. */
    void move(Server server) {
        server.address = server.address % 100 + 1;
        changed(server);
    }

    void mend() {
        for (Server server : servers) {
            server.manner = Manner.GIVES;
            server.nameless = false;
            server.lookUpTakes = 0;
            server.latency = 0;
            changed(server);
        }
    }

    private void changed(Server server) {
        server.since = play.now();
        changes++;
    }

    Server named(String host) {
        return servers.get(host.charAt(host.length() - 1) - '1');
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        Server server = named(host);
        looked = false;
        play.rules().begins(server);
        if (server.lookUpTakes > 0) {
            play.pass(GatePlace.RESOLVING, GatePlay.millis(server.lookUpTakes), () -> false);
        }
        if (server.nameless) {
            play.rules().failed(server, "the name cannot be resolved");
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getByAddress(host, address(server))};
    }

    private static byte[] address(Server server) {
        return new byte[] {10, 1, (byte) server.number, (byte) server.address};
    }

    /** Whether it has been looked at since its name was resolved. */
    boolean hasLooked() {
        return looked;
    }

    boolean hasMet() {
        return lookMet;
    }

    /** Who is at that address; null when nobody is. */
    private Server at(InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("unresolved");
        }
        byte[] bytes = address.getAddress().getAddress();
        Server server = bytes[1] == 0 ? servers.get(bytes[3] - 1) : servers.get(bytes[2] - 1);
        boolean moved = bytes[1] != 0 && bytes[3] != server.address;
        return moved ? null : server;
    }

    Server server(InetSocketAddress address) {
        return named(address.getHostString());
    }

    /** Returns when a connection is accepted. */
    Server connect(GatePlace place, InetSocketAddress address, long timeout, BooleanSupplier cut) throws IOException {
        long end = play.now() + timeout;
        while (true) {
            if (cut.getAsBoolean()) {
                throw new SocketException("Socket closed");
            }
            Server server = at(address);
            if (server == null || server.manner == Manner.REFUSES) {
                throw new Refused();
            }
            long accepts = GatePlay.millis(server.latency / 4);
            if (server.manner != Manner.UNREACHABLE && end - timeout + accepts <= play.now()) {
                return server;
            }
            if (play.now() >= end) {
                throw new TimedOut();
            }
            long until = server.manner == Manner.UNREACHABLE ? end : Math.min(end, end - timeout + accepts);
            awaitChange(place, until, cut);
        }
    }

    private void awaitChange(GatePlace place, long until, BooleanSupplier cut) {
        long before = changes;
        play.pass(place, until - play.now(), () -> cut.getAsBoolean() || changes != before);
    }

    /** Whether the session that it gives is read-only; comes back when it has given one. */
    boolean shakeHands(Server server, long timeout, BooleanSupplier cut) throws IOException {
        long begun = play.now();
        int address = server.address;
        while (true) {
            if (cut.getAsBoolean()) {
                throw new SocketException("Socket closed");
            }
            if (server.manner == Manner.REFUSES || address != server.address) {
                throw new SocketException("Connection reset");
            }
            boolean answers = server.manner != Manner.SILENT && server.manner != Manner.UNREACHABLE;
            long due = begun + GatePlay.millis(server.latency);
            if (answers && play.now() >= due) {
                if (server.manner.gives()) {
                    return server.manner == Manner.READ_ONLY;
                }
                throw new HungUp();
            }
            if (play.now() >= begun + timeout) {
                throw new TimedOut();
            }
            awaitChange(GatePlace.HANDSHAKE, answers ? Math.min(due, begun + timeout) : begun + timeout, cut);
        }
    }

    /** Until the connection breaks. */
    void stay(GatePlace place, Server server, long nanos, BooleanSupplier cut) {
        int address = server.address;
        play.pass(place, nanos, () -> cut.getAsBoolean() || !server.manner.gives() || address != server.address);
    }

    /** A handle's. */
    final class ModelProbe implements Probe {
        private boolean closed;

        @Override
        public void connect(InetSocketAddress address, Duration patience) throws IOException {
            look(GatePlace.LOOKING, address, patience);
            met();
        }

        private Server look(GatePlace place, InetSocketAddress address, Duration patience) throws IOException {
            play.rules().pace().looks(patience);
            looked = true;
            lookMet = false;
            play.rules().looks(server(address));
            if (closed) {
                throw new SocketException("retired");
            }
            try {
                return ModelNetwork.this.connect(place, address, patience.toNanos(), () -> closed);
            } catch (ConnectException e) {
                play.rules().failed(server(address), "refuses connections");
                throw e;
            } catch (SocketTimeoutException e) {
                play.rules().failed(server(address), ReasonRules.NO_ANSWER);
                throw e;
            }
        }

        private void met() {
            lookMet = true;
            play.rules().met();
        }

        @Override
        public String listen(InetSocketAddress address, Duration patience, Duration listening) throws IOException {
            Server server = look(GatePlace.LISTENING, address, patience);
            String said = answer(server, listening.toNanos());
            met();
            if (said != null) {
                play.rules().failed(server, said.isEmpty() ? "hangs up" : "answers '" + WORDS);
            }
            return said;
        }

        private String answer(Server server, long listening) throws IOException {
            long end = play.now() + listening;
            while (play.now() < end) {
                if (closed) {
                    throw new SocketException("Socket closed");
                }
                if (server.manner == Manner.REFUSES) {
                    return "";
                }
                boolean speaks = server.manner == Manner.HANGS_UP || server.manner == Manner.SPEAKS;
                long due = end - listening + GatePlay.millis(server.latency);
                if (speaks && play.now() >= due) {
                    return server.manner == Manner.SPEAKS ? WORDS : "";
                }
                awaitChange(GatePlace.LISTENING, speaks ? Math.min(due, end) : end, () -> closed);
            }
            return null;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
