package io.perennial.internal.ephemeral;

import io.perennial.internal.request.Reply;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;

/**
 * What those that do a pass's work report to it, and all that they may ask of it: they know no more of what is above
 * them. What comes of it is decided there. On the event loop.
 */
interface PassProgress {
    /** An answer has come and the node's state says what was learned: it goes on. */
    void learned(TrackedNode node);

    /** The node at its path was looked at: its state is to say what was found. */
    void examined(TrackedNode node, Reply reply);

    /** A sequential node's very path was found to be somebody else's. */
    void takenByOthers(TrackedNode node);

    /** A node that the session owned was found to be gone: it goes on. */
    void deletedByOthers(TrackedNode node);

    /** Nothing was done, and nothing was learned of what stands there: it goes on. */
    void again(TrackedNode node);

    /** As {@link #again}, when the loop gets to it: for a caller that was only just asked to do something. */
    void againLater(TrackedNode node);

    /** The server said no. */
    void refused(TrackedNode node, Code code, String what);

    /** The same, to data: those that the application wants written since are not concerned. */
    void refusedData(TrackedNode node, Code code, String what);

    /** The node has come to rest: the restoration need not wait for it. */
    void settled(TrackedNode node);

    /** There is room to send more of what has gathered. */
    void canSendMore();

    /** Whether the node is to be looked at before its next step. */
    boolean isOutdated(TrackedNode node);

    /** Runs the task then, unless the pass is over by then. */
    void later(Duration delay, Runnable task);
}
