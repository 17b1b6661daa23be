package io.perennial.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A ZooKeeper that tests run against: one server in this JVM, one in a separate JVM, or an ensemble. Every method waits
 * until its action has taken effect, for half a minute or so at most, and fails with an {@link IllegalStateException}
 * or a {@code ConditionTimeoutException} otherwise. Made for one test thread.
 */
public sealed interface ZooKeeperService extends AutoCloseable
        permits EmbeddedServer, ServerProcess, ZooKeeperEnsemble {
    /**
     * The address to which clients connect, bypassing any {@link FaultNetwork}.
     *
     * @return {@code host:port[,host:port...]}
     */
    String connectString();

    /**
     * The servers' ports, in the order of {@link #connectString()}.
     *
     * @return one for each server
     */
    List<Integer> ports();

    /** Stops every server in an orderly way; data and sessions stay, and the sessions' clocks stand still. */
    void stop();

    /** Stops every server that runs, then starts all of them with the same ports, data and sessions. */
    void restart();

    /**
     * {@link #stop()}, a while without any server, {@link #restart()}.
     *
     * @param outage how long nothing listens at least
     */
    default void stopFor(Duration outage) {
        stop();
        try {
            Thread.sleep(outage.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        restart();
    }

    /**
     * Restarts with no data. The transaction count starts again from zero, so servers refuse clients that have seen
     * more ("client must try another server") rather than report that their sessions have expired.
     */
    void wipe();

    /** Copies the data as they are now, for {@link #restoreBackup()}. Stops every server. */
    void backUp();

    /**
     * Restarts with the data of the latest {@link #backUp()}: everything written since then is gone.
     *
     * @throws IllegalStateException when there is none
     */
    void restoreBackup();

    /**
     * The sessions that the servers hold.
     *
     * @return their ids
     */
    Set<Long> sessionIds();

    /**
     * Whether the servers hold a session.
     *
     * @param sessionId its id
     * @return false when they have expired it, closed it or never known it
     */
    default boolean isSessionAlive(long sessionId) {
        return sessionIds().contains(sessionId);
    }

    /**
     * Ends a session at the server as if it had expired, including its ephemeral nodes, and waits until it is gone. Its
     * client learns of it when it next connects.
     *
     * @param sessionId its id: {@code ZooKeeper.getSessionId()}
     * @throws IllegalArgumentException when there is no such session
     */
    void expireSession(long sessionId);

    /**
     * The ephemeral nodes that the servers hold.
     *
     * @return for each path the id of the session that owns it
     */
    Map<String, Long> ephemeralNodes();

    /** Ends the servers and deletes their data. */
    @Override
    void close();
}
