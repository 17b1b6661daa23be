package io.perennial.internal.protocol;

import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * What a session has learnt about the release of its servers. A server answers a request that it does not know with
 * UNIMPLEMENTED, ahead of what is under way, and hangs up; the client, which expects answers in order, disconnects
 * first, and the reason is lost. So what may not be known is asked for once and not again.
 *
 * <p>3.5 is told from 3.4 by a read of {@code /zookeeper/config}, which goes along with the first requests
 * of each connection until a server has the node, and again after a request was lost that not all servers know. A later
 * server may lack that node, too, if its data came from 3.4: where it is missing, a transaction is sent that can never
 * be applied, and contains what 3.5.3 was the first to know in transactions. An older server cannot read it, and says
 * so without hanging up; it is asked on each connection, for it may have been upgraded. For 3.6 there is no such
 * question: the first request that came with it is one, sent alone. If its answer is lost with the connection, the next
 * one begins with that question ({@link #asksFirst}), and Curator does not hear of it before the answer.
 *
 * <p>What one server lacks is not asked of another for a day: what it is used for has a substitute that every server
 * knows, and the servers are mostly of one release. So an upgrade from 3.4 is noticed with the next connection, one
 * from 3.5 within a day.
 *
 * <p>One for each session: it outlives connections, handles and server sessions. Thread-safe: each method looks at one
 * state or replaces it.
 */
public final class ServerKnowledge {
    private static final long ASKED_AGAIN_AFTER = Duration.ofDays(1).toNanos();
    /** When even the question that is sent first and alone is lost, so often in a row. */
    private static final int TAKEN_FOR_OLD_AFTER = 3;

    private static final long DOUBTED_AGAIN_AFTER = Duration.ofMinutes(10).toNanos();

    private volatile Facts facts = new Facts(Config.NOT_READ, null, null, 0, false, 0);

    /** The configuration's node. */
    private enum Config {
        /** Not since a doubt arose. */
        NOT_READ,
        MISSING,
        FOUND
    }

    /**
     * What is known.
     *
     * @param config whether a server has the configuration's node
     * @param atLeast the servers are of this release or a later one; null when that is not known
     * @param olderThan a server is older than this, and later than {@code atLeast}; null when that is not known
     * @param askAgainAt when what came with the release may be asked for again
     * @param in36Doubt whether a request that came with 3.6 was lost, and none has been answered since
     * @param lostQuestions how often in a row the question for 3.6 was lost
     */
    private record Facts(
            Config config,
            @Nullable ServerRelease atLeast,
            @Nullable ServerRelease olderThan,
            long askAgainAt,
            boolean in36Doubt,
            int lostQuestions) {
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

        Facts with(Config now) {
            return new Facts(now, atLeast, olderThan, askAgainAt, in36Doubt, lostQuestions);
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
     * @return false once a server had it, or needs none to be known
     */
    public boolean asksForConfig() {
        return facts.config != Config.FOUND;
    }

    /**
     * The configuration's node was read on a new connection.
     *
     * @param code the server's answer, or what came instead of one
     */
    public synchronized void configRead(Code code) {
        switch (code) {
            case NONODE -> facts = facts.with(Config.MISSING);
            case OK, NOAUTH -> {
                facts = facts.with(Config.FOUND);
                answered(ServerRelease.V3_5);
            }
            default -> {} // Not now, or the connection is gone: nothing is known.
        }
    }

    /**
     * Whether a new connection is to ask for containers, because the configuration's node is missing: also when a
     * server did not know them, for it may have been upgraded with its data.
     *
     * @return false when that was answered on this connection, or need not be asked
     */
    public boolean asksForContainers() {
        return facts.config == Config.MISSING;
    }

    /**
     * The server has answered a transaction that contains a container.
     *
     * @param known whether it could read it
     */
    public synchronized void containersAsked(boolean known) {
        if (known) {
            facts = facts.with(Config.FOUND); // Not even the next such server need be asked for it.
            answered(ServerRelease.V3_5_3);
        } else {
            older(ServerRelease.V3_5, 0);
        }
    }

    /**
     * A server has answered something that came with a release, whatever it said but UNIMPLEMENTED.
     *
     * @param release the release
     */
    public synchronized void answered(ServerRelease release) {
        Facts before = facts;
        boolean decided = release == ServerRelease.V3_6;
        facts = new Facts(
                before.config,
                before.has(release) ? before.atLeast : release,
                before.lacks(release) ? null : before.olderThan,
                before.askAgainAt,
                !decided && before.in36Doubt,
                decided ? 0 : before.lostQuestions);
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
        facts = new Facts(
                release == ServerRelease.V3_6 ? before.config : Config.NOT_READ,
                before.atLeastBefore(release),
                before.lacks(release) ? before.olderThan : release,
                askAgainAt,
                false,
                0);
    }

    /**
     * A request that came with a release was unanswered when its connection broke: perhaps because another server than
     * the last has got it, which does not know it.
     *
     * @param release the release
     */
    public synchronized void lost(ServerRelease release) {
        Facts before = facts;
        boolean doubted = release == ServerRelease.V3_6 && !before.lacks(release);
        facts = new Facts(
                Config.NOT_READ, // It tells the rest on the next connection.
                doubted ? before.atLeastBefore(release) : before.atLeast,
                before.olderThan,
                before.askAgainAt,
                doubted || before.in36Doubt,
                before.lostQuestions);
    }

    void lost(RequestKind kind) {
        ServerRelease since = kind.since();
        if (since != null) {
            lost(since);
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
                : known.in36Doubt && !known.has(ServerRelease.V3_6);
    }

    /**
     * Time passes: what was lacking a day ago is not known any more, so that it is asked for on a connection, too, that
     * lasts for longer.
     *
     * @param now by the session's ticker, in nanoseconds
     */
    public void tick(long now) {
        if (facts.lacks(ServerRelease.V3_6) && asksFirst(now)) {
            askingFirst();
        }
    }

    /** That question is about to be sent: what was lacking a day ago is not known any more. */
    public synchronized void askingFirst() {
        Facts before = facts;
        if (before.lacks(ServerRelease.V3_6)) {
            facts = new Facts(before.config, before.atLeast, null, 0, true, before.lostQuestions);
        }
    }

    /**
     * The connection broke over that question.
     *
     * @param now by the session's ticker, in nanoseconds
     */
    public synchronized void firstQuestionLost(long now) {
        Facts before = facts;
        if (before.lostQuestions + 1 >= TAKEN_FOR_OLD_AFTER) {
            older(ServerRelease.V3_6, now + DOUBTED_AGAIN_AFTER);
        } else {
            facts = new Facts(
                    before.config,
                    before.atLeast,
                    before.olderThan,
                    before.askAgainAt,
                    before.in36Doubt,
                    before.lostQuestions + 1);
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
