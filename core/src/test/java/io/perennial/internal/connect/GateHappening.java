package io.perennial.internal.connect;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** What can happen to a handle that connects, each with its weight in a random play and an amount below 1,000. */
enum GateHappening {
    REFUSES(6, (play, amount) -> one(play, amount, Manner.REFUSES)),
    UNREACHABLE(3, (play, amount) -> one(play, amount, Manner.UNREACHABLE)),
    HANGS_UP(5, (play, amount) -> one(play, amount, Manner.HANGS_UP)),
    SILENT(3, (play, amount) -> one(play, amount, Manner.SILENT)),
    SPEAKS(2, (play, amount) -> one(play, amount, Manner.SPEAKS)),
    GIVES(8, (play, amount) -> one(play, amount, Manner.GIVES)),
    READ_ONLY(3, (play, amount) -> one(play, amount, Manner.READ_ONLY)),
    ALL_REFUSE(4, (play, amount) -> play.network().setAll(Manner.REFUSES)),
    ALL_UNREACHABLE(2, (play, amount) -> play.network().setAll(Manner.UNREACHABLE)),
    ALL_HANG_UP(3, (play, amount) -> play.network().setAll(Manner.HANGS_UP)),
    ALL_SILENT(1, (play, amount) -> play.network().setAll(Manner.SILENT)),
    ALL_GIVE(4, (play, amount) -> play.network().setAll(Manner.GIVES)),
    LATE(3, (play, amount) -> play.network().delay(play.network().any(amount), amount * 3L)),
    PROMPT(5, (play, amount) -> play.network().delay(play.network().any(amount), 0)),
    NAME_UNKNOWN(3, (play, amount) -> play.network().name(play.network().any(amount), false, 0)),
    NAME_SLOW(2, (play, amount) -> play.network()
            .name(play.network().any(amount), amount % 4 != 0, amount * ModelNetwork.LONGEST_LOOK_UP / 1_000)),
    NAME_KNOWN(5, (play, amount) -> play.network().name(play.network().any(amount), true, 0)),
    ADDRESS_CHANGES(3, (play, amount) -> play.network().move(play.network().any(amount))),

    CUT(5, (play, amount) -> play.thread().cut()),
    HURRY(3, (play, amount) -> {
        play.rules().hurries();
        play.gate().hurry();
    }),
    FOLLOW(3, (play, amount) -> {
        var before = new HashSet<>(play.network().endpoints());
        play.network().list(amount);
        play.rules().lists(before);
        play.follow();
    }),
    FOLLOW_THE_SAME(2, (play, amount) -> {
        List<Endpoint> same = new ArrayList<>(play.network().endpoints());
        Collections.rotate(same, amount);
        play.gate().follow(same);
    }),
    LIST_FROM_CLIENT(2, GateHappening::listFromClient),
    OWNER_GONE(1, (play, amount) -> play.setOwnerAlive(false)),
    OWNER_BACK(5, (play, amount) -> play.setOwnerAlive(true)),
    INTERRUPT(3, (play, amount) -> play.interrupt()),
    WAKES_FOR_NOTHING(2, (play, amount) -> play.wakeSpuriously()),
    REQUEST(12, (play, amount) -> ask(play)),
    LATE_REQUEST(3, GateHappening::askLate),
    REPORT(4, (play, amount) -> play.rules().report()),
    NEW_HANDLE(2, (play, amount) -> play.renew(amount % 2 == 0)),
    CLOSE(1, (play, amount) -> play.close(amount % 50)),
    RETIRE(1, (play, amount) -> play.retire(true)),
    RETIRE_UNHEEDED(1, (play, amount) -> play.retire(false));

    private static final long LATEST = 2_500;
    private static final GateHappening[] BY_WEIGHT = byWeight();

    private final int weight;
    private final BiConsumer<GatePlay, Integer> action;

    GateHappening(int weight, BiConsumer<GatePlay, Integer> action) {
        this.weight = weight;
        this.action = action;
    }

    private static GateHappening[] byWeight() {
        var all = new ArrayList<GateHappening>();
        for (GateHappening one : values()) {
            all.addAll(Collections.nCopies(one.weight, one));
        }
        return all.toArray(GateHappening[]::new);
    }

    static GateHappening any(SplittableRandom random) {
        return BY_WEIGHT[random.nextInt(BY_WEIGHT.length)];
    }

    void happenTo(GatePlay play, int amount) {
        play.note("== ", this);
        action.accept(play, amount);
    }

    private static void one(GatePlay play, int amount, Manner manner) {
        play.network().set(play.network().any(amount), manner);
    }

    private static void listFromClient(GatePlay play, int amount) {
        var before = new HashSet<>(play.network().endpoints());
        play.network().list(amount);
        play.rules().lists(before);
        List<InetSocketAddress> addresses = play.network().endpoints().stream()
                .map(e -> new InetSocketAddress(e.host(), e.port()))
                .toList();
        play.gate().updateServerList(addresses, null);
    }

    private static void ask(GatePlay play) {
        if (play.rules().asks()) {
            play.thread().ask(0);
        }
    }

    private static void askLate(GatePlay play, int amount) {
        ModelSendThread asked = play.thread();
        if (play.rules().asks()) {
            play.later(amount * LATEST / 1_000, () -> asked.ask(GateRules.LATE));
        }
    }
}
