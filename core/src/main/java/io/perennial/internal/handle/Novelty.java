package io.perennial.internal.handle;

import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.protocol.ServerRelease;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.jspecify.annotations.Nullable;

/** What older servers do not know, and what can be learnt from the answer to it. */
enum Novelty {
    CREATION_WITH_STAT("a creation that returns the stat", ServerRelease.V3_5),
    CONTAINER("a container", ServerRelease.V3_5_3),
    TTL("a node with a time to live", ServerRelease.V3_5_3),
    CONTAINER_IN_TRANSACTION("a container, in a transaction,", ServerRelease.V3_5_3),
    TTL_IN_TRANSACTION("a node with a time to live, in a transaction,", ServerRelease.V3_5_3),
    READS_IN_TRANSACTION("a transaction that reads", ServerRelease.V3_6),
    REMOVAL_OF_WATCHES("the removal of watches", ServerRelease.V3_5),
    PERSISTENT_WATCH("a persistent watch", ServerRelease.V3_6),
    EPHEMERALS("the list of a session's nodes", ServerRelease.V3_6),
    NUMBER_OF_CHILDREN("the number of all children", ServerRelease.V3_6);

    private final String words;
    private final ServerRelease since;

    Novelty(String words, ServerRelease since) {
        this.words = words;
        this.since = since;
    }

    /** What is special about a node to be created; null for what every server knows. */
    static @Nullable Novelty of(CreateMode mode) {
        if (mode.isContainer()) {
            return CONTAINER;
        }
        return mode.isTTL() ? TTL : null;
    }

    /** The latest that a transaction contains; null when every server knows it. */
    static @Nullable Novelty of(Iterable<Op> transaction) {
        Novelty latest = null;
        for (Op operation : transaction) {
            if (operation.getKind() == Op.OpKind.READ) {
                return READS_IN_TRANSACTION;
            }
            if (operation.getType() == OpCode.createTTL) {
                latest = TTL_IN_TRANSACTION;
            } else if (operation.getType() == OpCode.createContainer && latest == null) {
                latest = CONTAINER_IN_TRANSACTION;
            }
        }
        return latest;
    }

    boolean isLackedBy(ServerKnowledge servers) {
        return servers.lacks(since);
    }

    /** Whether an answer says that the server does not take such requests. */
    boolean isRefusedBy(Code answer) {
        return answer == Code.UNIMPLEMENTED || (isInTransaction() && answer == Code.MARSHALLINGERROR);
    }

    /**
     * Notes what the answer shows. A server of any release refuses a node with a time to live with UNIMPLEMENTED unless
     * its {@code extendedTypesEnabled} is set. One before 3.5.3 cannot read it within a transaction.
     */
    void note(Code answer, ServerKnowledge servers, long now) {
        if (isRefusedBy(answer)) {
            if (!isTtl() || answer == Code.MARSHALLINGERROR) {
                servers.unimplemented(since, now);
            }
        } else if (ErrorKind.of(answer) == ErrorKind.CONNECTION) {
            servers.lost(since);
        } else if (ErrorKind.of(answer) == ErrorKind.ANSWER) {
            servers.answered(since);
        }
    }

    /** A sentence for people, without its full stop. */
    String refusal(ServerKnowledge servers) {
        return isTtl() && !isLackedBy(servers)
                ? words + " is refused by the server: it takes none unless it is of " + since
                        + " or later and extendedTypesEnabled is set there: upgrade the servers, or set it"
                : servers.refusal(words, since);
    }

    private boolean isTtl() {
        return this == TTL || this == TTL_IN_TRANSACTION;
    }

    private boolean isInTransaction() {
        return this == CONTAINER_IN_TRANSACTION || this == TTL_IN_TRANSACTION;
    }
}
