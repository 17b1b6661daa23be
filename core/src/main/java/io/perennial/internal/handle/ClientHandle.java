package io.perennial.internal.handle;

import io.perennial.RestorePolicy;
import io.perennial.internal.connect.Reachability;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.request.Requests;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper handle as seen by the code that decides about the session: what it reports of itself, and the two
 * questions that its server is asked. Nothing here waits for the network.
 */
public interface ClientHandle {
    /**
     * The session that it was made to attach to.
     *
     * @return the session, or null when it asks for a new one
     */
    @Nullable
    SessionCredentials attachesTo();

    /**
     * Whether it was made longer ago than that.
     *
     * @param age how long ago
     * @param now by the session's ticker
     * @return whether it was
     */
    boolean isOlderThan(Duration age, long now);

    /**
     * A time before the session was last attached to a connection of this handle; not long before, if that is known.
     *
     * @return by the session's ticker
     */
    long connectingSince();

    /**
     * The id of the session that it has now.
     *
     * @return the id; 0 before the first connection of a handle that asks for a new session
     */
    long sessionId();

    /**
     * The timeout that it was last granted, reported or not.
     *
     * @return in milliseconds; 0 or less before the first connection, and when the server has refused the session
     */
    int grantedMillis();

    /**
     * Whether it has not ended, by its own state.
     *
     * @return false once it was closed or abandoned, or a server has refused its session or its credentials
     */
    boolean isAlive();

    /**
     * Whether the handle has a connection, by its own state, whatever it has reported.
     *
     * @return false when it certainly has none
     */
    boolean hasConnection();

    /**
     * How many answers from the server have come to asynchronous requests on it, whoever sent them; roughly.
     *
     * @return their number; 0 for a handle of the caller's own factory
     */
    long answers();

    /**
     * Whether servers can be reached at all.
     *
     * @return what is known
     */
    Reachability reachability();

    /** Its connection is gone and it has not reported it: Curator hears of it now, or its recipes would go on. */
    void lostUnreported();

    /**
     * Has the server catch up with its leader.
     *
     * @param answer gets the result code, on the handle's event thread
     */
    void sync(IntConsumer answer);

    /**
     * Has the servers agree on a transaction that changes nothing, which a deposed leader cannot make them do.
     *
     * @param answer gets the result code, on the handle's event thread; OK once it was agreed on
     */
    void agree(IntConsumer answer);

    /**
     * Looks whether the root exists, which is the chroot.
     *
     * @param answer gets the result code, on the handle's event thread, after the results of earlier questions
     */
    void lookAtRoot(IntConsumer answer);

    /**
     * Requests on it, from one attachment to the next connection loss.
     *
     * @param loop where answers arrive
     * @param policy the bounds
     * @param quarantine the session's
     * @return requests with their own bounds
     */
    Requests requests(EventLoop loop, RestorePolicy policy, Quarantine quarantine);

    /**
     * Ends its threads and socket without telling the server. Does not block.
     *
     * <p>A client whose session is granted at this very moment sets its state to connected after this call, without
     * looking, and lives on; so the caller of this method must look after the handle, see {@link
     * HandleSupervisor#awaitEnd}.
     */
    void abandon();

    /**
     * Interrupts its event thread, in which application code may be waiting forever; the callbacks behind it run
     * elsewhere. For a handle that has been given up.
     */
    void interruptEventThread();
}
