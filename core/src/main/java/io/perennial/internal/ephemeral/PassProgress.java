package io.perennial.internal.ephemeral;

import io.perennial.internal.request.Reply;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;

/**
 * What the classes that do a pass's work report to it, and all that they may ask of it: they know nothing else of what
 * is above them. What follows from it is decided there. On the event loop.
 */
interface PassProgress {
    /** An answer has come and the node's state says what was learned: it continues. */
    void learned(TrackedNode node);

    /** The node at its path was looked at: its state must record what was found. */
    void examined(TrackedNode node, Reply reply);

    /** A sequential node's very path turned out to belong to another client. */
    void takenByOthers(TrackedNode node);

    /** A node that the session owned turned out to be gone: it continues. */
    void deletedByOthers(TrackedNode node);

    /** Nothing was done, and nothing was learned of what exists there: it continues. */
    void again(TrackedNode node);

    /** As {@link #again}, when the loop gets to it: for a caller that has only just been asked to do something. */
    void againLater(TrackedNode node);

    /** The server refused. */
    void refused(TrackedNode node, Code code, String what);

    /** The server refused data: those that the application has since asked to write are not affected. */
    void refusedData(TrackedNode node, Code code, String what);

    /** The node has come to rest: the restoration need not wait for it. */
    void settled(TrackedNode node);

    /** There is room to send more of what has gathered. */
    void canSendMore();

    /** Whether the node must be looked at before its next step. */
    boolean isOutdated(TrackedNode node);

    /** Runs the task after the delay, unless the pass is over by then. */
    void later(Duration delay, Runnable task);
}
