package io.perennial.internal.watch;

import java.util.List;
import java.util.SplittableRandom;

/**
 * One thing that happens in a {@link WatchPlay}.
 *
 * @param what what happens
 * @param amount where, how, or how long: 0 to 999
 */
record WatchPlayEvent(What what, int amount) {
    /** What can happen, the frequent ones several times. */
    enum What {
        CREATE,
        SET,
        DELETE,
        OPEN,
        CLOSE,
        CUT,
        ATTACH,
        DENY,
        ALLOW,
        POISON,
        ANTIDOTE,
        BACK_UP,
        PUT_BACK,
        TIME,
        CALLBACKS,
        SERVE,
        DELIVER,
        EXCHANGE;

        private static final List<What> DRAWN = List.of(
                CREATE, CREATE, CREATE, CREATE, SET, SET, DELETE, DELETE, OPEN, OPEN, CLOSE, CUT, ATTACH, ATTACH, DENY,
                ALLOW, ALLOW, POISON, ANTIDOTE, BACK_UP, BACK_UP, PUT_BACK, PUT_BACK, TIME, CALLBACKS, SERVE, SERVE,
                DELIVER, EXCHANGE, EXCHANGE);
    }

    static WatchPlayEvent any(SplittableRandom random) {
        return new WatchPlayEvent(What.DRAWN.get(random.nextInt(What.DRAWN.size())), random.nextInt(1_000));
    }
}
