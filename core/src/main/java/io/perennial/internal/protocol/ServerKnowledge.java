package io.perennial.internal.protocol;

import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * What a session has learnt about the release of its servers. A server answers a request that it does not know with
 * UNIMPLEMENTED, ahead of what is under way, and hangs up; the client, which expects answers in order, disconnects
 * first, and the reason is lost. So what may not be known is asked for once and not again.
 *
 * <p>3.5 is told from 3.4 by a read of {@code /zookeeper/config}, which goes along with the first requests of each
 * connection until a server has the node, and again after a request was lost that not all servers know. For 3.6 there is no
 * such question: the first request that came with it is one, sent alone. If its answer is lost with the
 * connection, the next connection begins with that question ({@link #asksFirst}). What one server lacks is not asked of
 * another for a day: what it is used for has a substitute that every server knows, and the servers are mostly of one
 * release. So an upgrade from 3.4 is noticed with the next connection, one from 3.5 within a day.
 *
 * <p>One for each session: it outlives connections, handles and server sessions. Thread-safe: each method looks at one
 * state or replaces it.
 */
public final class ServerKnowledge {
    private static final long ASKED_AGAIN_AFTER = Duration.ofDays(1).toNanos();
    /** When even questions that are sent first and alone are lost, so often in a row. */
    private static final int TAKEN_FOR_OLD_AFTER = 4;

    private static final long DOUBTED_AGAIN_AFTER = Duration.ofMinutes(10).toNanos();

    private volatile Facts facts = new Facts(null, null, 0, 0, true);
    private volatile boolean asksForConfig = true;

    /**
     * What is known.
     *
     * @param atLeast the servers are of this release or a later one; null when that is not known
     * @param olderThan a server is older than this, and later than {@code atLeast}; null when that is not known
     * @param askAgainAt when what came with the release may be asked for again
     * @param losses how often in a row such a request was lost, on connections of which a server was heard
     * @param heard whether a server was heard since the last of them
     */
    private record Facts(
            @Nullable ServerRelease atLeast,
            @Nullable ServerRelease olderThan,
            long askAgainAt,
            int losses,
            boolean heard) {
        boolean has(ServerRelease release) {
            return atLeast != null && !atLeast.isBefore(release);
        }

        boolean lacks(ServerRelease release) {
            return olderThan != null && !release.isBefore(olderThan);
        }

        /** At least that release is not certain any more. */
        @Nullable
        ServerRelease atLeastBefore(ServerRelease release) {
            if (!has(release)) {
                return atLeast;
            }
            return release == ServerRelease.V3_5 ? null : ServerRelease.V3_5;
        }
    }

    /**
     * Whether the servers know what came with a release, as far as one has answered.
     *
     * @param release the release
     * @return false also when it is not known
     */
    public boolean has(ServerRelease release) {
        return facts.has(release);
    }

    /**
     * Whether a server does not know what came with a release.
     *
     * @param release the release
     * @return false also when it is not known
     */
    public boolean lacks(ServerRelease release) {
        return facts.lacks(release);
    }

    /** Whether no server is known to lack anything. */
    boolean isComplete() {
        return facts.olderThan == null;
    }

    /** Whether a server has answered such a request. */
    boolean isProven(RequestKind kind) {
        ServerRelease since = kind.since();
        return since == null || has(since);
    }

    boolean isUnknown(RequestKind kind) {
        ServerRelease since = kind.since();
        return since != null && lacks(since);
    }

    /**
     * Whether a new connection is to read the configuration's node.
     *
     * @return false once a server had it
     */
    public boolean asksForConfig() {
        return asksForConfig;
    }

    /**
     * The configuration's node was read on a new connection.
     *
     * @param code the server's answer, or what came instead of one
     */
    public void configRead(Code code) {
        switch (code) {
            case NONODE -> older(ServerRelease.V3_5, 0);
            case OK, NOAUTH -> {
                asksForConfig = false;
                answered(ServerRelease.V3_5);
            }
            default -> {} // Not now, or the connection is gone: nothing is known.
        }
    }

    /**
     * A server has answered something that came with a release, whatever it said but UNIMPLEMENTED.
     *
     * @param release the release
     */
    public synchronized void answered(ServerRelease release) {
        Facts before = facts;
        @Nullable ServerRelease atLeast = before.has(release) ? before.atLeast : release;
        boolean newer = before.lacks(release);
        boolean decided = release == ServerRelease.V3_6;
        facts = new Facts(
                atLeast, newer ? null : before.olderThan, before.askAgainAt, decided ? 0 : before.losses, true);
    }

    void answered(RequestKind kind) {
        ServerRelease since = kind.since();
        if (since != null) {
            answered(since);
        }
    }

    /**
     * A server has said that it does not know something that came with a release.
     *
     * @param release the release
     * @param now by the session's ticker, in nanoseconds
     */
    public synchronized void unimplemented(ServerRelease release, long now) {
        older(release, now + ASKED_AGAIN_AFTER);
    }

    void unimplemented(RequestKind kind, long now) {
        ServerRelease since = kind.since();
        if (since != null) {
            unimplemented(since, now);
        }
    }

    private synchronized void older(ServerRelease release, long askAgainAt) {
        Facts before = facts;
        @Nullable ServerRelease olderThan = before.lacks(release) ? before.olderThan : release;
        asksForConfig |= release != ServerRelease.V3_6;
        facts = new Facts(before.atLeastBefore(release), olderThan, askAgainAt, 0, true);
    }

    /**
     * A request that came with a release was unanswered when its connection broke: perhaps because another server than
     * the last has got it, which does not know it.
     *
     * @param release the release
     * @param now by the session's ticker, in nanoseconds
     */
    public synchronized void lost(ServerRelease release, long now) {
        Facts before = facts;
        asksForConfig = true;
        if (before.lacks(release) || release != ServerRelease.V3_6) {
            return; // What else is not known, the configuration tells on the next connection.
        }
        @Nullable ServerRelease atLeast = before.atLeastBefore(release);
        if (!before.heard && before.losses > 0) {
            return; // Of the same connection, or of none: during an outage Curator tries again and again.
        }
        if (before.losses + 1 >= TAKEN_FOR_OLD_AFTER) {
            older(release, now + DOUBTED_AGAIN_AFTER);
        } else {
            facts = new Facts(atLeast, before.olderThan, before.askAgainAt, before.losses + 1, false);
        }
    }

    void lost(RequestKind kind, long now) {
        ServerRelease since = kind.since();
        if (since != null) {
            lost(since, now);
        }
    }

    /**
     * Whether a new connection is to begin with the question whether its server knows what came with 3.6, alone.
     *
     * @param now by the session's ticker, in nanoseconds
     * @return true when such a request was lost, or was refused a day ago
     */
    public boolean asksFirst(long now) {
        Facts known = facts;
        if (known.lacks(ServerRelease.V3_5)) {
            return false;
        }
        return known.lacks(ServerRelease.V3_6)
                ? now - known.askAgainAt >= 0
                : known.losses > 0 && !known.has(ServerRelease.V3_6);
    }

    /** That question is about to be sent: what was lacking a day ago is not known any more. */
    public synchronized void askingFirst() {
        Facts before = facts;
        if (before.lacks(ServerRelease.V3_6)) {
            facts = new Facts(before.atLeast, null, 0, 1, true);
        }
    }

    /**
     * Which release the servers are of, as far as it is known.
     *
     * @return to be read after "the server is"; null when nothing is known
     */
    public @Nullable String release() {
        Facts known = facts;
        if (known.olderThan != null) {
            boolean since35 = known.atLeast != null && known.olderThan == ServerRelease.V3_6;
            return (since35 ? "of ZooKeeper 3.5, " : "") + "older than " + known.olderThan;
        }
        return known.atLeast == null ? null : "of " + known.atLeast + " or later";
    }

    /**
     * Why something is refused that came with a release.
     *
     * @param what what it is
     * @param since the release
     * @return a sentence for people, without its full stop
     */
    public String refusal(String what, ServerRelease since) {
        ServerRelease olderThan = facts.olderThan;
        return what + " came with " + since + ", and the server is older than "
                + (olderThan == null || since.isBefore(olderThan) ? since : olderThan) + ": upgrade the servers";
    }
}
