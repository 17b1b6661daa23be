package io.perennial.tomcat.reaper;

import java.util.List;

/** Records in JDK Flight Recorder what was ended; costs nothing without a recording. */
final class FlightRecorderEvents {
    private FlightRecorderEvents() {}

    /** One event for each client; one, without a session, for Curator's threads when there is no client. */
    static void emit(String application, ClientScan before, ReapResult result) {
        if (!result.ended()) {
            return;
        }
        try {
            Events.emit(application, before, result);
        } catch (LinkageError e) {
            // A Java runtime without the module jdk.jfr.
        }
    }

    /** A separate class, so that the outer one loads without {@code jdk.jfr}. */
    private static final class Events {
        private Events() {}

        static void emit(String application, ClientScan before, ReapResult result) {
            List<OrphanedClient> clients = before.clients();
            for (int i = 0; i < clients.size(); i++) {
                var event = new ReaperEndedOrphanEvent();
                if (event.shouldCommit()) {
                    OrphanedSession session = result.sessions().get(i);
                    event.sessionId = session.idHex();
                    event.servers = session.serverNames();
                    event.threads = clients.get(i).threads().size();
                    event.outcome = result.outcome(i);
                    event.application = application;
                    event.commit();
                }
            }
            var event = new ReaperEndedOrphanEvent();
            if (clients.isEmpty() && event.shouldCommit()) {
                event.application = application;
                event.sessionId = "";
                event.servers = "";
                event.threads = before.curatorThreads().size();
                event.outcome = result.left().isEmpty() ? "threads of Curator ended" : "threads of Curator still alive";
                event.commit();
            }
        }
    }
}
