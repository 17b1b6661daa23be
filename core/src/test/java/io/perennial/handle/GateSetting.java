package io.perennial.handle;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What the handle of a gate's play is made with.
 *
 * @param longPauses whether each pause is as long as it may be, instead of any length up to that
 * @param busy whether there is a caller at work all the time
 */
record GateSetting(
        int servers, boolean attaches, Duration session, Duration connect, boolean longPauses, boolean busy) {
    static final GateSetting DEFAULT =
            new GateSetting(1, false, Duration.ofSeconds(30), Duration.ofSeconds(10), true, false);

    private static final int SHORT = 400;
    private static final int[] SESSIONS = {4_000, 10_000, 30_000, 60_000};
    private static final int[] CONNECTS = {500, 2_000, 10_000};

    static GateSetting any(SplittableRandom random) {
        return new GateSetting(
                1 + random.nextInt(ModelNetwork.MOST_LISTED),
                random.nextBoolean(),
                Duration.ofMillis(random.nextInt(20) == 0 ? SHORT : SESSIONS[random.nextInt(SESSIONS.length)]),
                Duration.ofMillis(CONNECTS[random.nextInt(CONNECTS.length)]),
                random.nextInt(4) == 0,
                random.nextInt(3) == 0);
    }

    GateSetting withServers(int count) {
        return new GateSetting(count, attaches, session, connect, longPauses, busy);
    }

    GateSetting withAttachment() {
        return new GateSetting(servers, true, session, connect, longPauses, busy);
    }

    GateSetting withCallers() {
        return new GateSetting(servers, attaches, session, connect, longPauses, true);
    }

    GateSetting withTimeouts(Duration ofSession, Duration ofConnect) {
        return new GateSetting(servers, attaches, ofSession, ofConnect, longPauses, busy);
    }
}
