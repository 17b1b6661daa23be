package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.ephemeral.ModelTree.Node;
import io.perennial.testing.Broken;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.zookeeper.ZooDefs.Ids;

/**
 * Two sessions of this library and two strangers at work on the same paths, on servers, a clock and loops that go by
 * hand: no thread, no socket. Held to {@link NodeRules} at any time, and to the whole truth when all is quiet.
 */
final class NodePlay {
    static final List<String> PATHS = List.of("/a", "/b", "/svc", "/svc/x", "/deep/er/c", "/q-", "/svc/s-");
    private static final int FIRST_SEQUENTIAL = 5;
    private static final long STEP = 100;
    private static final long LONGEST_RETRY = 65_000;
    /** Of guards and left-overs. */
    private static final long LONGEST_PAUSE_IN_BACKGROUND = 605_000;

    private static final long ALL_IS_WELL_WITHIN = 3_600_000;
    private static final int ROUNDS_AT_AN_INSTANT = 5_000;
    private static final int MOST_REQUESTS_IN_TROUBLE = 80;

    final SplittableRandom random;
    final HandTicker ticker = new HandTicker();
    final NodeRules rules = new NodeRules(this);
    final ModelServer server;
    /** What was sent waits to be read, and what was answered to be told. */
    boolean slow;

    private final NodeSetting setting;
    private final List<PlayedSession> sessions;
    private final long[] strangers = new long[2];
    private final List<String> trace;
    private final long begun = ticker.nanos();
    private RuntimeException failure;
    /** All sessions have had the occasion to remove what earlier ones have left. */
    private boolean isSwept;

    /** Traces when there is a list to trace to. */
    NodePlay(long seed, List<String> trace) {
        this(NodeSetting.any(new SplittableRandom(seed)), seed, trace);
    }

    NodePlay(NodeSetting setting, long seed, List<String> trace) {
        this.random = new SplittableRandom(seed);
        this.setting = setting;
        this.trace = trace;
        this.server = new ModelServer(rules, setting.oldServers());
        this.sessions = List.of(new PlayedSession(this, 0, setting), new PlayedSession(this, 1, setting));
        for (int i = 0; i < strangers.length; i++) {
            strangers[i] = server.newSession();
        }
    }

    PlayedSession session(int number) {
        return sessions.get(number);
    }

    /** With what goes on at the moment. */
    void connectAll() {
        sessions.forEach(session -> session.connect(false));
        drain();
    }

    // What the application may want.

    static EphemeralSpec spec(int path, int variant, boolean mayBeContainers) {
        EphemeralSpec spec = EphemeralSpec.at(PATHS.get(path))
                .onConflict(OnConflict.values()[variant % 3])
                .containerParents(mayBeContainers && variant / 3 % 2 == 1)
                .sequential(path >= FIRST_SEQUENTIAL);
        return variant / 6 % 4 == 3 ? spec.acl(Ids.READ_ACL_UNSAFE) : spec;
    }

    void register(int session, int path, int variant) {
        sessions.get(session).register(spec(path, variant, !setting.oldServers()));
    }

    // What others do.

    void strangerMakes(int who, String path, boolean ephemeral) {
        server.others(() -> {
            for (String above : ServerPaths.ancestors(path)) {
                Node unused = server.tree.create(above, new byte[0], 0, false);
            }
            Node unused = server.tree.create(path, new byte[] {1}, ephemeral ? strangers[who] : 0, false);
        });
    }

    void strangerDeletes(String path) {
        server.others(() -> server.tree.delete(path, -1));
    }

    void strangerWrites(String path) {
        server.others(() -> server.tree.setData(path, new byte[] {2}, -1));
    }

    void strangerExpires(int who) {
        server.expire(strangers[who], true);
        strangers[who] = server.newSession();
    }

    /** The path at which a node stands, or might: the number tells which of the sequential ones. */
    String actual(int path, int which) {
        String prefix = PATHS.get(path);
        if (path < FIRST_SEQUENTIAL) {
            return prefix;
        }
        String found = prefix;
        int left = which;
        for (Node node : server.tree.nodes()) {
            if (ModelTree.parent(node.path).equals(ModelTree.parent(prefix)) && node.path.contains("_c_")) {
                found = node.path;
                if (left-- == 0) {
                    return found;
                }
            }
        }
        return found;
    }

    // How it goes on.

    /** Something happens, and everybody takes notice. */
    void happens(NodeHappening what, int amount) {
        note("== " + what, amount);
        what.happenTo(this, amount);
        drain();
    }

    void pass(long millis) {
        long piece = millis > 20_000 ? 10 * STEP : STEP;
        for (long left = millis; left > 0; left -= piece) {
            ticker.advance(Duration.ofMillis(Math.min(left, piece)));
            drain();
        }
    }

    /** All that can happen now does. */
    void drain() {
        int round = 0;
        while (runLoops() | (!slow && goOn())) {
            if (++round > ROUNDS_AT_AN_INSTANT) {
                throw new Broken("goes round and round at one instant");
            }
        }
        throwFailure();
    }

    private boolean runLoops() {
        return sessions.get(0).run() | sessions.get(1).run();
    }

    private boolean goOn() {
        int first = random.nextInt(sessions.size());
        return goOn(first) | goOn(1 - first);
    }

    private boolean goOn(int session) {
        ModelClient client = sessions.get(session).client();
        return client != null && (client.serve() | client.deliver());
    }

    /** Servers and clients do one thing each, though they are slow. */
    void oneThing(int session, Consumer<ModelClient> thing) {
        ModelClient client = sessions.get(session).client();
        if (client != null) {
            thing.accept(client);
        }
    }

    /** Whatever has become of it, all is well from now on: before long everything is as it should be. */
    void recover() {
        note("all is well", "");
        slow = false;
        server.mend();
        for (PlayedSession session : sessions) {
            oneThing(session == sessions.get(0) ? 0 : 1, ModelClient::notice);
        }
        drain();
        awaitWell();
    }

    private void awaitWell() {
        long waited = 0;
        connectAll();
        for (String wrong = wrong(); wrong != null; wrong = wrong()) {
            check(waited < ALL_IS_WELL_WITHIN, "not well although all has been well for long:", wrong);
            throwFailure();
            long step = waited < 3_000 ? STEP : waited < 120_000 ? 1_000 : 10_000;
            ticker.advance(Duration.ofMillis(step));
            waited += step;
            drain();
            connectAll();
        }
        throwFailure();
    }

    private String wrong() {
        String wrong = sessions.get(0).wrong(isSwept);
        return wrong == null ? sessions.get(1).wrong(isSwept) : wrong;
    }

    /** All is well, and stays so. */
    void stayWell(long millis) {
        pass(millis);
        if (setting.oldServers()) {
            awaitWell(); // They hang up when they are asked again for what they do not know.
        }
        check(wrong() == null, "not well any more:", wrong());
        throwFailure();
    }

    /** When the last retries are done there is not much ado. */
    void isQuiet() {
        stayWell(LONGEST_PAUSE_IN_BACKGROUND);
        sessions.forEach(PlayedSession::countRequests);
        stayWell(3 * LONGEST_RETRY);
        sessions.forEach(session -> session.checkRequests(MOST_REQUESTS_IN_TROUBLE));
        throwFailure();
    }

    /** The connections go once more in quiet. */
    void reconnect() {
        for (int i = 0; i < sessions.size(); i++) {
            oneThing(i, client -> {
                client.cut(0, 0);
                client.notice();
            });
        }
        drain();
        isSwept = true;
        awaitWell();
    }

    void error(Throwable e) {
        if (failure == null) {
            failure = e instanceof Broken broken ? broken : new Broken(e.toString(), e);
        }
    }

    private void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Notes what is wrong first; it is thrown where nobody catches it. */
    void check(boolean right, String message, Object what) {
        if (!right && failure == null) {
            failure = new Broken(message + " " + what);
            note("WRONG: " + message, what);
        }
    }

    boolean isTraced() {
        return trace != null;
    }

    void note(Object what, Object whose) {
        if (trace != null) {
            trace.add("%,10d ms  %s %s".formatted((ticker.nanos() - begun) / 1_000_000, what, whose));
        }
    }
}
