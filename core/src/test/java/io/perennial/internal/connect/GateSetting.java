package io.perennial.internal.connect;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What the handle of a gate's play is made with.
 *
 * @param granted the session timeout that servers grant
 * @param longPauses whether each pause is as long as it may be, instead of any length up to that
 * @param busy whether there is a caller at work all the time
 * @param prompt whether the client makes no pauses of its own
 */
record GateSetting(
        int servers,
        boolean attaches,
        Duration session,
        Duration granted,
        Duration connect,
        boolean longPauses,
        boolean busy,
        boolean prompt) {
    private static final Duration THIRTY = Duration.ofSeconds(30);
    static final GateSetting DEFAULT =
            new GateSetting(1, false, THIRTY, THIRTY, Duration.ofSeconds(10), true, false, false);

    private static final int SHORT = 400;
    private static final int[] SESSIONS = {4_000, 10_000, 30_000, 60_000};
    private static final int[] CONNECTS = {500, 2_000, 10_000};

    static GateSetting any(SplittableRandom random) {
        var asked = new GateSetting(
                1 + random.nextInt(ModelNetwork.MOST_LISTED),
                random.nextBoolean(),
                Duration.ofMillis(random.nextInt(20) == 0 ? SHORT : SESSIONS[random.nextInt(SESSIONS.length)]),
                Duration.ZERO,
                Duration.ofMillis(CONNECTS[random.nextInt(CONNECTS.length)]),
                random.nextInt(4) == 0,
                random.nextInt(3) == 0,
                random.nextBoolean());
        boolean limited = random.nextInt(3) == 0;
        return asked.withGrant(
                limited ? Duration.ofMillis(SESSIONS[random.nextInt(SESSIONS.length)]) : asked.session());
    }

    GateSetting withServers(int count) {
        return new GateSetting(count, attaches, session, granted, connect, longPauses, busy, prompt);
    }

    GateSetting withAttachment() {
        return new GateSetting(servers, true, session, granted, connect, longPauses, busy, prompt);
    }

    GateSetting withCallers() {
        return new GateSetting(servers, attaches, session, granted, connect, longPauses, true, prompt);
    }

    GateSetting withPromptClient() {
        return new GateSetting(servers, attaches, session, granted, connect, longPauses, busy, true);
    }

    GateSetting withTimeouts(Duration ofSession, Duration ofConnect) {
        return new GateSetting(servers, attaches, ofSession, ofSession, ofConnect, longPauses, busy, prompt);
    }

    GateSetting withGrant(Duration ofSession) {
        return new GateSetting(servers, attaches, session, ofSession, connect, longPauses, busy, prompt);
    }
}
