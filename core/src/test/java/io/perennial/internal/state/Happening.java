package io.perennial.internal.state;

import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher.Event.KeeperState;

/** What can happen to a session, each with its weight in a random play and an amount below 1,000. */
enum Happening {
    TICK(30, play -> play.pass(Play.TICK)),
    SHORT_TIME(20, (play, amount) -> play.pass(1 + amount / 4)),
    SOME_TIME(6, (play, amount) -> play.pass(Play.TIMEOUT / 10 + amount * 6L)),
    LONG_TIME(2, (play, amount) -> play.pass(Play.TIMEOUT + amount * 5L)),
    JVM_STANDS(1, (play, amount) -> play.pause(1_000 + amount * 15L, false)),
    MACHINE_STANDS(1, (play, amount) -> play.pause(1_000 + amount * 15L, true)),
    ONE_WORD(12, (play, amount) -> current(play, handle -> handle.eventThread().runOnce())),

    CUT(8, play -> current(play, handle -> handle.lose(true))),
    CUT_UNTOLD(3, play -> current(play, handle -> handle.lose(false))),
    AWAY(4, play -> play.servers.away = true),
    BACK(8, play -> play.servers.away = false),
    SERVERS_DOWN(4, play -> {
        play.servers.down = true;
        current(play, handle -> handle.lose(true));
    }),
    SERVERS_UP(8, play -> {
        if (play.servers.down) {
            play.servers.restartLeader();
        }
        play.servers.down = false;
    }),
    SERVER_SILENT(3, play -> play.servers.silence()),
    SERVER_SPEAKS(6, play -> play.servers.speak()),
    QUORUM_LOST(3, play -> {
        play.servers.quorum = false;
        current(play, handle -> handle.lose(true));
    }),
    QUORUM_BACK(6, play -> {
        if (!play.servers.quorum) {
            play.servers.restartLeader();
        }
        play.servers.quorum = true;
    }),
    LEADER_RESTARTS(2, play -> {
        play.servers.restartLeader();
        current(play, handle -> handle.lose(true));
    }),
    FOLLOWER_DIES(3, play -> {
        play.servers.loseNotes();
        current(play, handle -> handle.lose(true));
    }),
    SLOW_ANSWERS(2, (play, amount) -> play.servers.latency = amount * 8L),
    QUICK_ANSWERS(6, play -> play.servers.latency = 0),

    SESSION_CLOSED_BY_ADMINISTRATOR(
            2,
            play -> current(play, handle -> {
                play.servers.forget(handle.sessionId());
                handle.lose(true);
            })),
    DATA_WIPED(1, play -> {
        play.servers.forgetAll();
        current(play, handle -> handle.lose(true));
    }),
    IDS_CHANGE(1, play -> play.servers.changesIds = true),
    IDS_STAY(3, play -> play.servers.changesIds = false),
    NEW_SESSIONS_REFUSED(1, play -> play.servers.refusesNew = true),
    NEW_SESSIONS_GRANTED(3, play -> play.servers.refusesNew = false),
    ROOT_VANISHES(1, play -> play.servers.rootMissing = true),
    ROOT_IS_THERE(3, play -> play.servers.rootMissing = false),
    CREDENTIALS_DEMANDED(1, play -> play.servers.demandsCredentials = true),
    CREDENTIALS_NO_MATTER(3, play -> play.servers.demandsCredentials = false),
    THROTTLED(2, play -> play.servers.throttling = true),
    NOT_THROTTLED(5, play -> play.servers.throttling = false),
    SLOW_RESTORATION(2, (play, amount) -> play.restorationTakes = amount * 10L),
    QUICK_RESTORATION(5, play -> play.restorationTakes = 0),
    HANGS_UP(2, play -> play.servers.hangsUp = true),
    HANGS_UP_NO_MORE(5, play -> play.servers.hangsUp = false),
    LESS_TIME_GRANTED(1, (play, amount) -> play.servers.most = amount < 500 ? 4_000 : 6_000),
    MORE_TIME_GRANTED(1, (play, amount) -> play.servers.least = amount < 500 ? 12_000 : 20_000),
    TIME_GRANTED_AS_ASKED(2, play -> {
        play.servers.least = ModelServers.LEAST_TIMEOUT;
        play.servers.most = 40_000;
    }),

    EVENT_THREAD_BLOCKED(3, play -> current(play, handle -> handle.eventThread().block())),
    EVENT_THREAD_GOES_ON(5, play -> current(play, handle -> handle.eventThread().goOn())),
    CLIENT_GIVES_UP(2, play -> current(play, ModelHandle::giveUp)),
    AUTHENTICATION_FAILS(1, play -> current(play, ModelHandle::failAuthentication)),
    SASL_AUTHENTICATED(1, play -> current(play, ModelHandle::authenticate)),
    CLOSED_BY_APPLICATION(1, play -> current(play, ModelHandle::closeByApplication)),
    CLIENT_THREAD_DIES(1, play -> current(play, ModelHandle::killSendThread)),
    LATE_WORD(3, Happening::lateWord),
    HANDLES_CANNOT_BE_MADE(1, play -> play.handles.cannotMake = true),
    HANDLES_CAN_BE_MADE(4, play -> play.handles.cannotMake = false),
    HANDLE_THREAD_STUCK(2, play -> play.handles.stuck = true),
    HANDLE_THREAD_GOES_ON(5, play -> play.handles.stuck = false),
    ENGINE_FAILS(1, Play::fail);

    private static final KeeperState[] LATE = {
        KeeperState.Expired,
        KeeperState.Disconnected,
        KeeperState.SyncConnected,
        KeeperState.Closed,
        KeeperState.ConnectedReadOnly,
        KeeperState.AuthFailed
    };

    private static final Happening[] BY_WEIGHT = byWeight();

    private final int weight;
    private final BiConsumer<Play, Integer> action;

    Happening(int weight, Consumer<Play> action) {
        this(weight, (play, amount) -> action.accept(play));
    }

    Happening(int weight, BiConsumer<Play, Integer> action) {
        this.weight = weight;
        this.action = action;
    }

    private static Happening[] byWeight() {
        int sum = 0;
        for (Happening one : values()) {
            sum += one.weight;
        }
        var all = new Happening[sum];
        int at = 0;
        for (Happening one : values()) {
            for (int i = 0; i < one.weight; i++) {
                all[at++] = one;
            }
        }
        return all;
    }

    static Happening any(SplittableRandom random) {
        return BY_WEIGHT[random.nextInt(BY_WEIGHT.length)];
    }

    void happenTo(Play play, int amount) {
        action.accept(play, amount);
    }

    private static void current(Play play, Consumer<ModelHandle> action) {
        ModelHandle handle = play.handles.current();
        if (handle != null && !handle.isAbandoned()) {
            action.accept(handle);
        }
    }

    private static void lateWord(Play play, int amount) {
        var late = play.handles.superseded();
        if (!late.isEmpty()) {
            late.get(amount % late.size()).say(LATE[amount % LATE.length]);
        }
    }
}
