package io.perennial.internal.state;

import io.perennial.ClampPolicy;
import io.perennial.RestorePolicy;
import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.handle.HandleConfig;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What the session of a play is built with. */
record PlaySetting(
        boolean readOnlyAllowed, boolean resume, ClampPolicy clamped, Duration jitter, boolean nothingToRestore) {
    static final PlaySetting DEFAULT = new PlaySetting(false, true, ClampPolicy.WARN, Duration.ZERO, true);

    private static final int ANY_PACKET = 1_000_000;
    private static final Map<ClampPolicy, SessionConfig> CONFIGS = new EnumMap<>(ClampPolicy.class);

    static {
        for (ClampPolicy policy : ClampPolicy.values()) {
            CONFIGS.put(policy, config(policy));
        }
    }

    static PlaySetting any(SplittableRandom random) {
        return new PlaySetting(
                random.nextInt(2) == 0,
                random.nextInt(8) != 0,
                random.nextInt(8) == 0 ? ClampPolicy.FAIL : ClampPolicy.WARN,
                Duration.ofSeconds(random.nextInt(4) == 0 ? 2 : 0),
                random.nextInt(2) == 0);
    }

    PlaySetting withReadOnlyAllowed() {
        return new PlaySetting(true, resume, clamped, jitter, nothingToRestore);
    }

    PlaySetting withoutResumption() {
        return new PlaySetting(readOnlyAllowed, false, clamped, jitter, nothingToRestore);
    }

    PlaySetting withClampedRefused() {
        return new PlaySetting(readOnlyAllowed, resume, ClampPolicy.FAIL, jitter, nothingToRestore);
    }

    /** What the engine looks at in it. */
    SessionConfig config() {
        return CONFIGS.get(clamped);
    }

    private static SessionConfig config(ClampPolicy policy) {
        var timeout = Duration.ofMillis(Play.TIMEOUT);
        var handles =
                new HandleConfig(null, ConnectString.UNKNOWN, timeout, timeout, true, List.of(), null, true, 100, null);
        return new SessionConfig(
                "orders",
                "",
                handles,
                null,
                timeout,
                timeout,
                timeout,
                null,
                RestorePolicy.defaults(),
                ANY_PACKET,
                policy,
                null,
                null,
                null,
                null,
                true,
                null,
                List.of());
    }
}
