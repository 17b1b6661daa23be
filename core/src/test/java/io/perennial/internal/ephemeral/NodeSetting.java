package io.perennial.internal.ephemeral;

import io.perennial.RestorePolicy;
import java.util.SplittableRandom;

/** With what the sessions of a play are built, and with what servers they have to do. */
record NodeSetting(String chroot, int maxPacket, RestorePolicy policy, boolean oldServers, boolean keepsWatches) {
    static final NodeSetting DEFAULT = new NodeSetting("", 1_000_000, RestorePolicy.defaults(), false, true);

    /** So long that a list of all nodes does not fit into an answer. */
    private static final NodeSetting TIGHT =
            new NodeSetting("/" + "c".repeat(299), 3_500, RestorePolicy.defaults(), false, true);

    static NodeSetting any(SplittableRandom random) {
        NodeSetting base =
                switch (random.nextInt(4)) {
                    case 0 -> TIGHT;
                    case 1 -> DEFAULT.withChroot("/chroot");
                    default -> DEFAULT;
                };
        RestorePolicy policy = random.nextInt(3) == 0
                ? RestorePolicy.defaults()
                        .withMaxBatchOperations(1 + random.nextInt(4))
                        .withMaxBatchBytes(1_024)
                        .withMaxBatchesInFlight(1 + random.nextInt(2))
                        .withMaxRequestsInFlight(1 + random.nextInt(6))
                : base.policy;
        return new NodeSetting(base.chroot, base.maxPacket, policy, random.nextInt(8) == 0, random.nextInt(8) != 0);
    }

    NodeSetting withChroot(String other) {
        return new NodeSetting(other, maxPacket, policy, oldServers, keepsWatches);
    }

    NodeSetting withOldServers() {
        return new NodeSetting(chroot, maxPacket, policy, true, keepsWatches);
    }

    NodeSetting withoutKeptWatches() {
        return new NodeSetting(chroot, maxPacket, policy, oldServers, false);
    }

    static NodeSetting tight() {
        return TIGHT;
    }
}
