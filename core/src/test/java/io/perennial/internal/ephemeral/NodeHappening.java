package io.perennial.internal.ephemeral;

import io.perennial.internal.ephemeral.ModelTree.Right;
import io.perennial.internal.protocol.RequestKind;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;

/** What can happen to nodes and their sessions, each with its weight in a random play and an amount below 1,000. */
enum NodeHappening {
    REGISTER(14, (play, amount) -> play.register(session(amount), path(amount), amount / 7)),
    UPDATE(10, (play, amount) -> play.session(session(amount)).update(NodePlay.PATHS.get(path(amount)))),
    RELEASE(8, (play, amount) -> play.session(session(amount)).release(NodePlay.PATHS.get(path(amount)))),
    REGISTER_AGAIN(5, (play, amount) -> {
        play.session(session(amount)).release(NodePlay.PATHS.get(path(amount)));
        play.register(session(amount), path(amount), amount / 7);
    }),

    SHORT_TIME(16, (play, amount) -> play.pass(1 + amount)),
    SOME_TIME(4, (play, amount) -> play.pass(1_000 + amount * 10L)),
    LONG_TIME(1, (play, amount) -> play.pass(60_000 + amount * 60L)),

    SLOW(5, play -> play.slow = true),
    QUICK(3, play -> play.slow = false),
    SERVER_READS_ONE(10, (play, amount) -> play.oneThing(session(amount), ModelClient::serve)),
    SERVER_READS_SOME(
            6,
            (play, amount) -> play.oneThing(session(amount), client -> {
                for (int i = 0; i < 2 + amount % 5 && client.serve(); i++) {}
            })),
    ONE_WORD(8, (play, amount) -> play.oneThing(session(amount), ModelClient::deliver)),
    SOME_WORDS(
            6,
            (play, amount) -> play.oneThing(session(amount), client -> {
                for (int i = 0; i < 2 + amount % 5 && client.deliver(); i++) {
                    play.session(session(amount)).run();
                }
            })),
    LATE_REQUEST(4, play -> play.server.serveLate()),

    CUT(
            5,
            (play, amount) -> play.oneThing(session(amount), client -> {
                client.cut(amount % 4, 0);
                client.notice();
            })),
    CUT_UNTOLD(4, (play, amount) -> play.oneThing(session(amount), client -> client.cut(amount % 3, amount / 3 % 3))),
    LOSS_NOTICED(4, (play, amount) -> play.oneThing(session(amount), ModelClient::notice)),
    CONNECTED(14, (play, amount) -> play.session(session(amount)).connect(false)),
    CONNECTED_BY_ANOTHER_HANDLE(
            3, (play, amount) -> play.session(session(amount)).connect(true)),
    TAKEN_FOR_LOST(2, (play, amount) -> play.session(session(amount)).lose()),
    SESSION_EXPIRES(
            2,
            (play, amount) -> play.server.expire(play.session(session(amount)).sessionId(), true)),
    SESSION_EXPIRES_NOT_REAPED(
            2,
            (play, amount) -> play.server.expire(play.session(session(amount)).sessionId(), false)),
    SESSION_GIVEN_UP(1, (play, amount) -> play.session(session(amount)).beginAnew()),
    REAPED(2, play -> play.server.reapAll()),

    THROTTLED(2, play -> play.server.throttled = true),
    NOT_THROTTLED(4, play -> play.server.throttled = false),
    REQUEST_FAILS(4, (play, amount) -> play.server.failNext(kind(amount), code(amount), amount % 2 == 0, 1)),
    REQUESTS_FAIL(2, (play, amount) -> play.server.failNext(kind(amount), code(amount), false, 3)),
    REFUSES(2, (play, amount) -> play.server.refuse(kind(amount), refusal(amount))),
    DENIES(
            5,
            (play, amount) -> play.server.tree.deny(
                    amount % 3 == 0
                            ? ModelTree.parent(NodePlay.PATHS.get(path(amount)))
                            : play.actual(path(amount), amount % 3),
                    Right.values()[amount / 7 % 4])),
    PERMITS_ALL(5, play -> play.server.mend()),
    BACKUP_TAKEN(1, play -> play.server.backUp()),
    /** Not at random: what was written since the backup and never looked at is not covered (decision 13). */
    BACKUP_PUT_BACK(0, play -> play.server.putBackup()),

    STRANGER_MAKES(6, (play, amount) -> play.strangerMakes(amount / 7 % 2, play.actual(path(amount), 0), true)),
    STRANGER_MAKES_PERSISTENT(4, (play, amount) -> play.strangerMakes(0, play.actual(path(amount), 0), false)),
    STRANGER_MAKES_CHILD(
            1, (play, amount) -> play.strangerMakes(0, NodePlay.PATHS.get(path(amount)) + "/child", false)),
    STRANGER_DELETES(6, (play, amount) -> play.strangerDeletes(play.actual(path(amount), amount / 7 % 3))),
    STRANGER_DELETES_CHILD(2, (play, amount) -> play.strangerDeletes(NodePlay.PATHS.get(path(amount)) + "/child")),
    STRANGER_REPLACES(4, (play, amount) -> {
        String path = play.actual(path(amount), amount / 7 % 3);
        play.strangerDeletes(path);
        play.strangerMakes(amount / 7 % 2, path, amount / 14 % 3 != 0);
    }),
    STRANGER_WRITES(3, (play, amount) -> play.strangerWrites(play.actual(path(amount), amount / 7 % 3))),
    STRANGER_EXPIRES(3, (play, amount) -> play.strangerExpires(amount % 2));

    private static final RequestKind[] KINDS = {
        RequestKind.CREATE,
        RequestKind.SET_DATA,
        RequestKind.DELETE,
        RequestKind.EXISTS,
        RequestKind.GET_EPHEMERALS,
        RequestKind.CREATE_CONTAINER,
        RequestKind.GET_CHILDREN
    };
    private static final Code[] CODES = {
        Code.SYSTEMERROR, Code.MARSHALLINGERROR, Code.RUNTIMEINCONSISTENCY, Code.DATAINCONSISTENCY
    };
    private static final Code[] REFUSALS = {Code.NOAUTH, Code.QUOTAEXCEEDED, Code.INVALIDACL, Code.APIERROR};

    private static final NodeHappening[] BY_WEIGHT = byWeight();

    private final int weight;
    private final BiConsumer<NodePlay, Integer> action;

    NodeHappening(int weight, Consumer<NodePlay> action) {
        this(weight, (play, amount) -> action.accept(play));
    }

    NodeHappening(int weight, BiConsumer<NodePlay, Integer> action) {
        this.weight = weight;
        this.action = action;
    }

    private static NodeHappening[] byWeight() {
        int sum = 0;
        for (NodeHappening one : values()) {
            sum += one.weight;
        }
        var all = new NodeHappening[sum];
        int at = 0;
        for (NodeHappening one : values()) {
            for (int i = 0; i < one.weight; i++) {
                all[at++] = one;
            }
        }
        return all;
    }

    static NodeHappening any(SplittableRandom random) {
        return BY_WEIGHT[random.nextInt(BY_WEIGHT.length)];
    }

    void happenTo(NodePlay play, int amount) {
        action.accept(play, amount);
    }

    /** Mostly the first. */
    private static int session(int amount) {
        return amount < 700 ? 0 : 1;
    }

    private static int path(int amount) {
        return amount % NodePlay.PATHS.size();
    }

    private static RequestKind kind(int amount) {
        return KINDS[amount / 7 % KINDS.length];
    }

    private static Code code(int amount) {
        return CODES[amount / 49 % CODES.length];
    }

    private static Code refusal(int amount) {
        return REFUSALS[amount / 49 % REFUSALS.length];
    }
}
