package io.perennial.samples.quickstart;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition.Cause;
import java.util.List;
import org.apache.zookeeper.ZooKeeper;

/**
 * An existing ensemble, and the faults that a client can cause without harm to others. Each begins with the
 * application's own socket closed, so that the witness can change data while it is away.
 */
final class ClientFaults implements Faults {
    private final String connectString;

    ClientFaults(String connectString) {
        this.connectString = connectString;
    }

    @Override
    public void start() {
        // The ensemble runs, or it does not.
    }

    @Override
    public String where() {
        return connectString;
    }

    @Override
    public String connectString() {
        return connectString;
    }

    @Override
    public String directConnectString() {
        return connectString;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public List<Fault> faults(Scene scene) {
        return List.of(
                new Fault(
                        "Dropped connection",
                        "the client's socket is closed, the ensemble keeps the session",
                        Cause.CONNECTION_LOST,
                        false,
                        () -> closeSocket(scene),
                        () -> {}),
                new Fault(
                        "Lost by the client",
                        "its handle wrongly reports that the session expired; resumed",
                        Cause.SESSION_RESUMED,
                        false,
                        () -> closeSocket(scene),
                        () -> injectExpiry(scene)),
                new Fault(
                        "Expiry",
                        "another client takes over the session and ends it; a new one",
                        Cause.SESSION_CREATED,
                        true,
                        () -> closeSocket(scene),
                        () -> endSession(scene)));
    }

    @Override
    public void close() {
        // The ensemble belongs to others.
    }

    private static void closeSocket(Scene scene) throws Exception {
        scene.timeline().note("the client's socket is closed");
        handle(scene.session()).getTestable().closeSocket();
    }

    private static void injectExpiry(Scene scene) throws Exception {
        scene.timeline().note("the client's handle is made to believe that its session has expired");
        handle(scene.session()).getTestable().injectSessionExpiration();
    }

    private static void endSession(Scene scene) throws Exception {
        scene.timeline().note("another client takes over the session by its id and password, and ends it");
        ZooKeeper handle = handle(scene.session());
        scene.witness().endSession(handle.getSessionId(), handle.getSessionPasswd());
    }

    private static ZooKeeper handle(ResilientSession session) throws Exception {
        return session.curator().getZookeeperClient().getZooKeeper();
    }
}
