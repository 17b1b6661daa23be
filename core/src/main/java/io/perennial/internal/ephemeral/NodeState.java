package io.perennial.internal.ephemeral;

import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** What the event loop knows of one node on the server. Confined to the event loop. */
final class NodeState {
    /** A version that the server takes for any. */
    static final int ANY_VERSION = -1;

    private static final long UNKNOWN = -1;

    private ObservedNode knowledge = ObservedNode.ABSENT;
    /** The version last seen; meaningful in {@code OWNED}, {@code STALE} and {@code FOREIGN}. */
    private int version;
    /** What stands in the way of a {@code FOREIGN} path. */
    private Obstacle obstacle = Obstacle.NONE;

    /** The transaction that wrote it last, as far as was reported to this session; 0 if it was not. */
    private long mzxid;
    /** A sequential node's id in this server session. */
    private @Nullable String protectionId;
    /** A sequential node's path, once known. */
    private @Nullable String sequentialPath;

    /**
     * What is known was seen on this connection, for the step that follows: no longer once the node is at rest, or a
     * change to it was reported.
     */
    private boolean fresh;

    /** What was known before the write that is under way. */
    private ObservedNode before = ObservedNode.ABSENT;
    /** The previous server session may have left it behind, and it has not been looked at since. */
    private boolean leftBehind;
    /** A change to it was reported since, which the answer may not include. */
    private boolean disturbed;
    /** The data's revision on the server. */
    private long written = UNKNOWN;
    /** The revision with which it was created last. */
    private long createdWith = UNKNOWN;
    /**
     * What a node that the session owns is to this one: something other than {@code OWNED} while it is a predecessor's.
     */
    private ObservedNode own = ObservedNode.OWNED;
    /** It was reported that the node at the path has been given this one's data: it is no predecessor's. */
    private boolean acknowledged;

    ObservedNode known() {
        return knowledge;
    }

    boolean isOwned() {
        return knowledge == ObservedNode.OWNED;
    }

    /** The version last seen; meaningful in {@code OWNED}, {@code STALE} and {@code FOREIGN}. */
    int version() {
        return version;
    }

    /** The transaction that wrote it last, as far as was reported to this session; 0 if it was not. */
    long mzxid() {
        return mzxid;
    }

    /** The revision of the data on the server. */
    long written() {
        return written;
    }

    /** A sequential node's id in this server session; none until it is about to be created. */
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

    /** A sequential node no longer has its path. */
    void unnumbered() {
        sequentialPath = null;
    }

    /** What stands in the way; meaningful in {@code FOREIGN}. */
    Obstacle obstacle() {
        return obstacle;
    }

    /** Whether a node that this session object made may exist there. */
    boolean mayExist() {
        return leftBehind || knowledge.mayExist();
    }

    /** What is known, as it matters when nothing is wanted there any more: absence has to be seen. */
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

    /** What is known was reported on this connection. */
    void markFresh() {
        fresh = true;
    }

    /** What is known may no longer be true. */
    void markOutdated() {
        fresh = false;
    }

    /**
     * Whether what is known is not enough for the next step, because it comes from an earlier connection: no watch
     * would have reported whether it is still the same node that will be changed or deleted (N2), or a create that was
     * sent before may have been applied since its absence was seen (N9).
     *
     * @param watched whether a watch would have reported a change
     */
    boolean isOutdated(NodeAction next, boolean watched) {
        if (fresh) {
            return false;
        }
        return next == NodeAction.CREATE ? protectionId != null : !watched && next.changesExisting();
    }

    /** The servers have another history: whatever was seen there must be looked at. */
    void doubtHistory() {
        if (knowledge != ObservedNode.ABSENT) {
            doubt();
        }
    }

    /** A create was sent. */
    void creating(long revision) {
        if (knowledge == ObservedNode.ABSENT) {
            own = ObservedNode.OWNED; // what will be found was made by this create
        }
        sent();
        mzxid = 0;
        acknowledged = false;
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
     * A change was reported while an answer is awaited: our own doing, or the answer will show it, unless it is a
     * refusal.
     */
    void disturb() {
        disturbed = true;
        fresh = false;
    }

    /** It was looked at while an answer is awaited: news only if it differs from what was known. */
    void glimpsed(@Nullable Stat stat, long sessionId) {
        if (stat == null || stat.getEphemeralOwner() != sessionId || stat.getVersion() != version) {
            disturb();
        }
    }

    /** The write was refused and had no effect: the node there is the one that was there, as far as was reported. */
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
        acknowledged = true;
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

    /** Whether it was a predecessor's, as far as was reported, when the refused write was sent. */
    boolean isInherited() {
        return before == ObservedNode.INHERITED && !disturbed;
    }

    /** The server has other data. */
    void written(long revision, Stat stat) {
        own = ObservedNode.OWNED;
        knowledge = own;
        acknowledged = true;
        version = stat.getVersion();
        mzxid = stat.getMzxid();
        written = revision;
    }

    /**
     * It was found, and the session owns it. Version 0 means that it holds what it was created with. One that cannot be
     * what was reported to this session is of another history, such as a backup's: nothing is known of its data (N4).
     * If nothing of it was reported, or it was never made, it may be a predecessor's that the backup has.
     */
    void foundOurs(Stat stat) {
        boolean nothingKnown = !acknowledged && (mzxid == 0 || (written == UNKNOWN && createdWith == UNKNOWN));
        if (mzxid != 0 && !History.isWithin(stat, mzxid, version)) {
            written = UNKNOWN;
            createdWith = UNKNOWN;
        } else if (written == UNKNOWN && stat.getVersion() == 0) {
            written = createdWith;
        }
        if (nothingKnown && written == UNKNOWN && own == ObservedNode.OWNED && mayBePredecessors()) {
            own = ObservedNode.INHERITED;
        }
        knowledge = own;
        version = stat.getVersion();
        mzxid = stat.getMzxid();
    }

    /** A sequential node is no other's: its id is in its name. */
    private boolean mayBePredecessors() {
        return protectionId == null;
    }

    /**
     * Whether a node that was found is taken for the one that was created last, though nothing of that one was
     * reported: the session owns it, and it was never changed. So is one that a backup still has (N4).
     */
    boolean isTakenForCreated(Stat stat, long sessionId) {
        return createdWith != UNKNOWN
                && mzxid == 0
                && mayBePredecessors()
                && stat.getVersion() == 0
                && stat.getEphemeralOwner() == sessionId;
    }

    /** The revision with which it was created last; meaningful after {@link #isTakenForCreated}. */
    long createdWith() {
        return createdWith;
    }

    /** Whether it was reported that the node at the path has been given this one's data. */
    boolean isAcknowledged() {
        return acknowledged;
    }

    /** The server has, or may have, other data than what it was created with. */
    void foundOtherData() {
        acknowledged = false;
        written = UNKNOWN;
        createdWith = UNKNOWN;
    }

    /** A resumed session still has it, with what it held. */
    void verified() {
        knowledge = ObservedNode.OWNED;
    }

    /** It does not exist, or no longer exists. */
    void foundAbsent() {
        knowledge = ObservedNode.ABSENT;
        acknowledged = false;
    }

    /** Another client has taken a sequential node's very path: it gets another. */
    void lostToOthers() {
        knowledge = ObservedNode.ABSENT;
        protectionId = null;
    }

    /** An earlier server session's node exists there. */
    void foundStale(Stat stat) {
        knowledge = ObservedNode.STALE;
        version = stat.getVersion();
    }

    /** It may not be read, but the session owns it: it holds at least what it was created with. */
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
     * @param sameAcl whether the existing node can be given this node's data: otherwise it must be replaced
     */
    void inherit(NodeState from, boolean sameAcl) {
        own = sameAcl && from.own != ObservedNode.STALE ? ObservedNode.INHERITED : ObservedNode.STALE;
        knowledge = from.knowledge == from.own ? own : from.knowledge;
        version = from.version;
        mzxid = from.mzxid;
        obstacle = from.obstacle;
        fresh = from.fresh;
        leftBehind = from.leftBehind;
    }

    /** What was inherited cannot be written. */
    void replaceInherited() {
        own = ObservedNode.STALE;
        knowledge = own;
    }

    /** Another client's node exists there. */
    void foundForeign(Stat stat) {
        knowledge = ObservedNode.FOREIGN;
        acknowledged = false;
        version = stat.getVersion();
        mzxid = stat.getMzxid();
        obstacle = Obstacle.of(stat);
    }

    /** A {@code FOREIGN} node's own ACL prevents this session from making sure that no session owns it (N1). */
    void ownerMayNotBeAsked() {
        obstacle = obstacle.whoseOwnerMayNotBeAsked();
    }

    /** Something exists there that may not be read, and it is not the session's own. */
    void foundUnreadable() {
        knowledge = ObservedNode.FOREIGN;
        obstacle = Obstacle.UNREADABLE;
    }

    /** The server session is gone: a new one starts with nothing, except what the server has not reaped. */
    void forget() {
        leftBehind = mayExist() && protectionId == null;
        knowledge = ObservedNode.ABSENT;
        own = ObservedNode.OWNED;
        mzxid = 0;
        acknowledged = false;
        protectionId = null;
        sequentialPath = null;
        written = UNKNOWN;
        createdWith = UNKNOWN;
    }
}
