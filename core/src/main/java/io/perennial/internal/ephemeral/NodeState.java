package io.perennial.internal.ephemeral;

import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** What the event loop knows of one node on the server. Confined to the event loop. */
final class NodeState {
    /** A version that the server takes for any. */
    static final int ANY_VERSION = -1;

    private static final long UNKNOWN = -1;

    private ObservedNode knowledge = ObservedNode.ABSENT;
    /** The version last seen; means something in {@code OWNED}, {@code STALE} and {@code FOREIGN}. */
    private int version;
    /** What stands in the way of a {@code FOREIGN} path. */
    private Obstacle obstacle = Obstacle.NONE;

    /** The transaction that wrote it last, as far as this session was told; 0 where it was not. */
    private long mzxid;
    /** The latest that stood at the path before what was created last: what that made has a later one. */
    private long formerMzxid;

    /** A sequential node's id in this server session. */
    private @Nullable String protectionId;
    /** A sequential node's path, once known. */
    private @Nullable String sequentialPath;

    /**
     * What is known was seen on this connection, for the step that follows: no more once the node is at rest, or
     * something was told of it.
     */
    private boolean fresh;

    /** What was known before the write that is under way. */
    private ObservedNode before = ObservedNode.ABSENT;
    /** The server session before may have left it behind, and nobody has looked since. */
    private boolean leftBehind;
    /** Something was told of it since, which the answer may not tell. */
    private boolean disturbed;
    /** The data's revision on the server. */
    private long written = UNKNOWN;
    /** The revision with which it was created last. */
    private long createdWith = UNKNOWN;
    /**
     * What a node that the session owns is to this one: something else than {@code OWNED} while it is a predecessor's.
     */
    private ObservedNode own = ObservedNode.OWNED;

    ObservedNode known() {
        return knowledge;
    }

    boolean isOwned() {
        return knowledge == ObservedNode.OWNED;
    }

    /** The version last seen; means something in {@code OWNED}, {@code STALE} and {@code FOREIGN}. */
    int version() {
        return version;
    }

    /** The transaction that wrote it last, as far as this session was told; 0 where it was not. */
    long mzxid() {
        return mzxid;
    }

    /** The revision of the data on the server. */
    long written() {
        return written;
    }

    /** A sequential node's id in this server session; none before it is to be created. */
    @Nullable
    String protectionId() {
        return protectionId;
    }

    /** The id with which a sequential node is created in this server session. */
    String idToCreateWith() {
        if (protectionId == null) {
            protectionId = ProtectedName.newId();
        }
        return protectionId;
    }

    /** A sequential node's path, once known. */
    @Nullable
    String sequentialPath() {
        return sequentialPath;
    }

    /** The server has numbered a sequential node. */
    void numbered(String path) {
        sequentialPath = path;
    }

    /** A sequential node's path is not its any more. */
    void unnumbered() {
        sequentialPath = null;
    }

    /** What stands in the way; means something in {@code FOREIGN}. */
    Obstacle obstacle() {
        return obstacle;
    }

    /** Whether a node that this session object made may stand there. */
    boolean mayStand() {
        return leftBehind || knowledge.mayStand();
    }

    /** What is known, as far as it matters to one who wants nothing there any more: absence has to be seen. */
    ObservedNode knownOfReleased() {
        return leftBehind && knowledge == ObservedNode.ABSENT ? ObservedNode.IN_DOUBT : knowledge;
    }

    /** It was looked at. */
    void looked() {
        fresh = true;
        leftBehind = false;
    }

    /** Whether what is known was seen on this connection. */
    boolean isFresh() {
        return fresh;
    }

    /** What is known was told on this connection. */
    void markFresh() {
        fresh = true;
    }

    /** What is known may be so no more. */
    void markOutdated() {
        fresh = false;
    }

    /**
     * Whether what is known is not enough for the next step, because it comes from an earlier connection: no watch
     * would have told whether it is still the same node that is to be changed or deleted (N2), or a create that was
     * sent before may have been applied since its absence was seen (N9).
     *
     * @param watched whether a watch would have told of a change
     */
    boolean isOutdated(NodeAction next, boolean watched) {
        if (fresh) {
            return false;
        }
        return next == NodeAction.CREATE ? protectionId != null : !watched && next.touchesWhatStands();
    }

    /** The servers have another history: whatever was seen there is to be looked at. */
    void doubtHistory() {
        if (knowledge != ObservedNode.ABSENT) {
            doubt();
        }
    }

    /** A create was sent. */
    void creating(long revision) {
        if (knowledge == ObservedNode.ABSENT) {
            own = ObservedNode.OWNED; // what will be found was made by this
        }
        sent();
        formerMzxid = Math.max(formerMzxid, mzxid);
        mzxid = 0;
        createdWith = revision;
        written = UNKNOWN;
    }

    /** It must be looked at before anything else is done about it. */
    void doubt() {
        knowledge = ObservedNode.IN_DOUBT;
    }

    /** A write was sent. */
    private void sent() {
        before = knowledge;
        disturbed = false;
        doubt();
    }

    /**
     * A change was told of while an answer is awaited: our own doing, or the answer will tell, unless it is a refusal.
     */
    void disturb() {
        disturbed = true;
        fresh = false;
    }

    /** It was looked at while an answer is awaited: news only where it is not what was known. */
    void glimpsed(@Nullable Stat stat, long sessionId) {
        if (stat == null || stat.getEphemeralOwner() != sessionId || stat.getVersion() != version) {
            disturb();
        }
    }

    /** The write was refused and had no effect: what stands there is what stood there, as far as was told. */
    void notDone() {
        knowledge = disturbed ? ObservedNode.IN_DOUBT : before;
    }

    /** The create was refused and had no effect: what is found now may hold anything, though the session owns it. */
    void notCreated() {
        notDone();
        createdWith = UNKNOWN;
    }

    /** The server has created it. */
    void created() {
        own = ObservedNode.OWNED;
        knowledge = own;
        leftBehind = false;
        version = 0;
        written = createdWith;
    }

    /** Other data were sent. */
    void writing() {
        sent();
        written = UNKNOWN;
    }

    /** A deletion was sent. */
    void deleting() {
        sent();
    }

    /** Whether it was a predecessor's, as far as was told, when the write was sent that was refused. */
    boolean isInherited() {
        return before == ObservedNode.INHERITED && !disturbed;
    }

    /** The server has other data. */
    void written(long revision, Stat stat) {
        own = ObservedNode.OWNED;
        knowledge = own;
        version = stat.getVersion();
        mzxid = stat.getMzxid();
        written = revision;
    }

    /**
     * It was found, and the session owns it. Version 0 means that it holds what it was created with. One that cannot be
     * what this session was told of is of another history, such as a backup's: nothing is known of its data (N4).
     */
    void foundOurs(Stat stat) {
        if (!isPossible(stat)) {
            written = UNKNOWN;
            createdWith = UNKNOWN;
        } else if (written == UNKNOWN && stat.getVersion() == 0) {
            written = createdWith;
        }
        knowledge = own;
        version = stat.getVersion();
        mzxid = stat.getMzxid();
    }

    private boolean isPossible(Stat stat) {
        return mzxid == 0 ? stat.getMzxid() > formerMzxid : History.isWithin(stat, mzxid, version);
    }

    /** A resumed session still has it, with what it held. */
    void verified() {
        knowledge = ObservedNode.OWNED;
    }

    /** It is not there, or not there any more. */
    void foundAbsent() {
        knowledge = ObservedNode.ABSENT;
    }

    /** Somebody else has made a sequential node's very path his own: it gets another. */
    void lostToOthers() {
        knowledge = ObservedNode.ABSENT;
        protectionId = null;
    }

    /** An earlier server session's stands there. */
    void foundStale(Stat stat) {
        knowledge = ObservedNode.STALE;
        version = stat.getVersion();
    }

    /** It may not be read, but the session owns it: what it was created with is the least that it holds. */
    void foundOursUnread() {
        if (written == UNKNOWN) {
            written = createdWith;
        }
        knowledge = own;
        version = ANY_VERSION;
        mzxid = 0; // nor can its history be asked about
    }

    /**
     * Takes over what is known of the path from the node that had it before.
     *
     * @param sameAcl whether what stands can be given this node's data: else it is to be replaced
     */
    void inherit(NodeState from, boolean sameAcl) {
        own = sameAcl && from.own != ObservedNode.STALE ? ObservedNode.INHERITED : ObservedNode.STALE;
        knowledge = from.knowledge == from.own ? own : from.knowledge;
        version = from.version;
        mzxid = from.mzxid;
        formerMzxid = from.formerMzxid;
        obstacle = from.obstacle;
        fresh = from.fresh;
        leftBehind = from.leftBehind;
    }

    /** What was inherited cannot be written. */
    void replaceInherited() {
        own = ObservedNode.STALE;
        knowledge = own;
    }

    /** Somebody else's stands there. */
    void foundForeign(Stat stat) {
        knowledge = ObservedNode.FOREIGN;
        version = stat.getVersion();
        mzxid = stat.getMzxid();
        obstacle = Obstacle.of(stat);
    }

    /** A {@code FOREIGN} node's own ACL keeps this session from making sure that no session owns it (N1). */
    void ownerMayNotBeAsked() {
        obstacle = obstacle.whoseOwnerMayNotBeAsked();
    }

    /** Something stands there that may not be read, and it is not the session's own. */
    void foundUnreadable() {
        knowledge = ObservedNode.FOREIGN;
        obstacle = Obstacle.UNREADABLE;
    }

    /** The server session is gone: a new one begins with nothing, but for what the server has not reaped. */
    void forget() {
        leftBehind = mayStand() && protectionId == null;
        knowledge = ObservedNode.ABSENT;
        own = ObservedNode.OWNED;
        mzxid = 0;
        formerMzxid = 0;
        protectionId = null;
        sequentialPath = null;
        written = UNKNOWN;
        createdWith = UNKNOWN;
    }
}
