package io.perennial.internal.operation;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.TransactionLog;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.testing.OpenedSessions;
import java.time.Duration;
import java.util.List;

/** What the servers are that {@link OutcomePropertyIT} writes to, and what can go wrong there. */
interface WriteGround {
    String connectString();

    int port();

    List<Fault> faults();

    /** Where the session is to go when its connection is cut. */
    void moveOn(FaultProxy proxy);

    void expireSession(long sessionId);

    List<TransactionLog.Entry> stopAndReadLog();

    enum Fault {
        NONE,
        LOST_ACKNOWLEDGEMENT,
        LOST_REQUEST,
        LOST_ACKNOWLEDGEMENT_AND_SESSION,
        LOST_REQUEST_AND_SESSION,
        CUT,
        SILENCE
    }

    final class OneServer implements WriteGround {
        private final EmbeddedServer server;

        OneServer(OpenedSessions opened) {
            server = opened.add(EmbeddedServer.builder()
                    .tickTime(Duration.ofMillis(200))
                    .minSessionTimeout(Duration.ofMillis(200))
                    .start());
        }

        @Override
        public String connectString() {
            return server.connectString();
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public List<Fault> faults() {
            return List.of(Fault.values());
        }

        @Override
        public void moveOn(FaultProxy proxy) {
            // There is no other.
        }

        @Override
        public void expireSession(long sessionId) {
            if (server.isSessionAlive(sessionId)) {
                server.expireSession(sessionId);
            }
        }

        @Override
        public List<TransactionLog.Entry> stopAndReadLog() {
            return server.stopAndReadLog();
        }
    }

    /** The session is at another server after each loss. */
    final class ThreeServers implements WriteGround {
        private final ZooKeeperEnsemble ensemble;
        private volatile int at;

        ThreeServers(OpenedSessions opened) {
            ensemble = opened.add(ZooKeeperEnsemble.start());
        }

        @Override
        public String connectString() {
            return ensemble.connectString();
        }

        @Override
        public int port() {
            return ensemble.server(at).port();
        }

        @Override
        public List<Fault> faults() {
            return List.of(Fault.NONE, Fault.LOST_ACKNOWLEDGEMENT, Fault.LOST_REQUEST, Fault.CUT, Fault.SILENCE);
        }

        @Override
        public void moveOn(FaultProxy proxy) {
            at = (at + 1) % ensemble.size();
            proxy.setTarget("127.0.0.1", port());
        }

        @Override
        public void expireSession(long sessionId) {
            throw new UnsupportedOperationException("not among its faults");
        }

        @Override
        public List<TransactionLog.Entry> stopAndReadLog() {
            return ensemble.stopAndReadLog();
        }
    }
}
