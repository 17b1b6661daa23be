package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.HandLoop;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.operation.SessionClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.curator.framework.imps.DefaultACLProvider;

/** One session's ephemeral nodes in a play, with the little of the session that they need: whoever attaches it. */
final class PlayedSession {
    private static final int DATA = new ModelData(0, 0, 0).bytes().length;
    private static final String NONE = null;

    private final NodePlay play;
    private final int number;
    private final NodeSetting setting;
    private final HandLoop hand;
    private final Quarantine quarantine;
    private final EphemeralNodes nodes;
    private final List<PlayedNode> registrations = new ArrayList<>();
    private final Map<String, PlayedNode> plain = new HashMap<>();
    private final Set<Long> owned = new HashSet<>();
    private final Set<Long> earlier = new HashSet<>();
    private ModelClient client;
    private Requests requests;
    private long sessionId;
    private long generation;
    private long turn;
    private boolean attached;
    private boolean lost;
    private boolean closed;
    private int attachments;
    private boolean restored;
    private int requestsBefore;

    PlayedSession(NodePlay play, int number, NodeSetting setting) {
        this.play = play;
        this.number = number;
        this.setting = setting;
        var log = new ThrottledLog("session" + number, play.ticker);
        log.silence();
        this.hand = new HandLoop(play.ticker, log, play::error);
        this.quarantine = new Quarantine(1_000_000, new ServerKnowledge(), play.random);
        this.nodes = new EphemeralNodes(
                new RestoreContext(
                        "session" + number,
                        loop(),
                        null,
                        Runnable::run,
                        new PathSpace("", setting.chroot()),
                        setting.policy(),
                        new DefaultACLProvider(),
                        log,
                        Duration.ofSeconds(5),
                        setting.maxPacket()),
                play.random);
    }

    EventLoop loop() {
        return hand.loop();
    }

    boolean run() {
        turn++;
        return hand.run();
    }

    /** Which turn its loop is doing, or has done last. */
    long turn() {
        return turn;
    }

    ModelClient client() {
        return client;
    }

    long sessionId() {
        return sessionId;
    }

    /** Whether it is, or was, this one's server session. */
    boolean owns(long owner) {
        return owned.contains(owner);
    }

    String chroot() {
        return setting.chroot();
    }

    /** Requests wait for others. */
    boolean hasNarrowWindows() {
        return setting.policy().maxRequestsInFlight() < 100 || setting.policy().maxBatchesInFlight() < 4;
    }

    boolean keepsWatches() {
        return setting.keepsWatches();
    }

    /** Whether requests of that kind go alone. */
    boolean sendsAlone(RequestKind kind) {
        return quarantine.isUnproven(kind);
    }

    boolean suspects(RequestKind kind, String path) {
        return !quarantine.isEmpty()
                && quarantine.rank(new RequestKey(kind, path, kind == RequestKind.DELETE ? 0 : DATA)) > 1;
    }

    // What the application does.

    void register(EphemeralSpec spec) {
        var registration = new PlayedNode(number, registrations.size(), play.rules.count());
        if (closed || plain.containsKey(spec.path())) {
            return;
        }
        try {
            registration.registered(nodes.register(spec.data(registration.data().bytes())), play);
        } catch (IllegalArgumentException e) {
            return; // More than the servers could close, see Limits.
        }
        registrations.add(registration);
        if (!spec.sequential()) {
            plain.put(spec.path(), registration);
        }
    }

    /** The registration that wrote that. */
    PlayedNode registration(ModelData data) {
        return registrations.get(data.registration());
    }

    /** When the path was registered that is registered now, or 0. */
    long registeredSince(String path) {
        PlayedNode there = plain.get(path);
        return there == null ? 0 : there.since();
    }

    /** The latest registration there. */
    PlayedNode registered(String path) {
        for (int i = registrations.size() - 1; i >= 0; i--) {
            PlayedNode one = registrations.get(i);
            if (!one.isReleased() && one.node().spec().path().equals(path)) {
                return one;
            }
        }
        return null;
    }

    void update(String path) {
        PlayedNode there = registered(path);
        if (there != null && !closed) {
            var unused = there.update(play);
        }
    }

    void release(String path) {
        PlayedNode there = registered(path);
        if (there == null) {
            return;
        }
        plain.remove(path, there);
        there.release(client == null || client.isIdle()).thenRun(() -> {
            if (!closed) {
                play.rules.released(this, there);
            }
        });
    }

    // What becomes of its connection.

    /** There is a connection again, if there is none now. */
    void connect(boolean anotherHandle) {
        if (closed || (client != null && !client.isDown())) {
            return;
        }
        play.server.serveAllLate();
        if (!play.server.isAlive(sessionId)) {
            beginAnew();
        } else if (client == null || lost || anotherHandle) {
            newClient();
            attach(Attachment.RESUMED);
        } else {
            client.reconnect();
            attach(Attachment.RECONNECTED);
        }
    }

    /** Another server session, whatever becomes of the one before. */
    void beginAnew() {
        if (closed) {
            return;
        }
        run();
        detach();
        if (generation > 0) {
            lose();
            earlier.add(sessionId);
        }
        generation++;
        sessionId = play.server.newSession();
        owned.add(sessionId);
        newClient();
        attach(Attachment.NEW_SESSION);
    }

    private void newClient() {
        endClient();
        client = new ModelClient(play.server, this, play.rules, sessionId);
        play.rules.attached(client);
    }

    private void endClient() {
        if (client != null) {
            client.end();
            client = null;
        }
    }

    private void attach(Attachment how) {
        lost = false;
        attached = true;
        restored = false;
        int mine = ++attachments;
        play.note("session " + number + " is attached,", how);
        requests = new Requests(client, loop(), setting.policy(), quarantine, play.random);
        var live = new AttachedSession(generation, sessionId, Set.copyOf(earlier), requests);
        List<PlayedNode> members = registrations.stream()
                .filter(one -> !one.node().activity.isWaiting())
                .toList();
        loop().execute(() -> {
            if (mine == attachments && attached) {
                nodes.attached(live, how, () -> restored(mine, members));
            }
        });
        run();
    }

    private void restored(int mine, List<PlayedNode> members) {
        play.check(mine == attachments && attached, "restored late, session", number);
        play.check(!restored, "restored twice, session", number);
        restored = true;
        for (PlayedNode member : members) {
            boolean atRest = member.node().status() != Status.PENDING
                    || member.node().activity.isWaiting();
            play.check(atRest, "restored without", member);
        }
    }

    /** The client tells of the loss. */
    void disconnected(ModelClient by) {
        loop().execute(() -> {
            by.down();
            if (by == client) {
                detach();
            }
        });
    }

    private void detach() {
        if (attached) {
            attached = false;
            requests.broken();
            nodes.detached();
        }
    }

    /** The session is taken for lost. */
    void lose() {
        if (!closed && !attached && generation > 0 && !lost) {
            lost = true;
            nodes.lost();
            play.check(nodes.standing() == 0, "held in a lost session:", nodes.standing());
        }
    }

    void close() {
        if (closed) {
            return;
        }
        run();
        closed = true;
        detach();
        endClient();
        nodes.closed(new SessionClosedException("closed"));
        play.server.expire(sessionId, true);
        play.drain();
        for (PlayedNode one : registrations) {
            play.check(one.isAllDone(), "a promise is open after the close:", one);
            play.check(one.node().status() != Status.HELD, "held after the close:", one);
        }
        play.check(nodes.standing() == 0, "nodes stand after the close:", nodes.standing());
    }

    // How it is.

    /** Counts requests from now on. */
    void countRequests() {
        requestsBefore = client == null ? 0 : client.requests();
    }

    /** How many requests may have been made in quiet for each one that is in trouble. */
    void checkRequests(int mostForATroubledOne) {
        if (closed) {
            return;
        }
        long troubled = registrations.stream()
                .filter(one -> one.node().problem() != null)
                .count();
        int made = client.requests() - requestsBefore;
        play.check(made <= troubled * mostForATroubledOne, "requests in quiet:", made);
    }

    /** What is not as it should be though there was time enough, or null. */
    String wrong(boolean swept) {
        if (closed) {
            return NONE;
        }
        if (!attached || !restored || !client.isIdle()) {
            return "session " + number + (attached ? " is not restored" : " is not attached");
        }
        var account = new PlayedAccount(this, play);
        int held = 0;
        for (PlayedNode one : registrations) {
            String wrong = one.isReleased() ? NONE : account.wrong(one);
            wrong = wrong == null ? one.open() : wrong;
            if (wrong != null) {
                return wrong;
            }
            held += one.node().status() == Status.HELD ? 1 : 0;
        }
        play.check(nodes.standing() == held, "counted as held:", nodes.standing());
        return account.ghost(swept);
    }

    /** Whether the session was to have a node at a path. */
    boolean hasPlain(String path) {
        return plain.containsKey(path);
    }

    boolean isRestored() {
        return restored;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return "session " + number + " 0x" + Long.toHexString(sessionId);
    }
}
