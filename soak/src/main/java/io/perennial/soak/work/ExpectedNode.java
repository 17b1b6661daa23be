package io.perennial.soak.work;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import java.util.List;

/**
 * A registered node, as its session sees it.
 *
 * @param session the session's name
 * @param sessionId the current server session
 * @param path the actual path on the servers
 * @param status its status
 * @param policy for a node of another session at that path
 * @param shared whether others may have registered the path
 * @param text the data last given
 * @param problem why it is not held; empty when nothing is known
 */
public record ExpectedNode(
        String session,
        long sessionId,
        String path,
        Status status,
        OnConflict policy,
        boolean shared,
        String text,
        String problem) {
    /**
     * Whether it need not be held.
     *
     * @return true where another session may have the path
     */
    public boolean mayWait() {
        return shared;
    }

    /**
     * Whether it will take the path as soon as it is free.
     *
     * @return false when it gives up at the first conflict
     */
    public boolean insists() {
        return policy != OnConflict.FAIL;
    }

    /**
     * Whether a persistent node cannot keep it away.
     *
     * @return true when its policy is to replace those
     */
    public boolean replaces() {
        return policy == OnConflict.REPLACE;
    }

    List<String> fields() {
        return List.of(
                session,
                Long.toString(sessionId),
                path,
                status.name(),
                policy.name(),
                Boolean.toString(shared),
                text,
                problem);
    }

    static ExpectedNode parse(List<String> fields) {
        return new ExpectedNode(
                fields.get(0),
                Long.parseLong(fields.get(1)),
                fields.get(2),
                Status.valueOf(fields.get(3)),
                OnConflict.valueOf(fields.get(4)),
                Boolean.parseBoolean(fields.get(5)),
                fields.get(6),
                fields.get(7));
    }
}
