package io.perennial.spring.boot.diagnostics;

import io.perennial.SessionReport;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which servers were tried, how far the session came, and what to look at. */
final class ZooKeeperUnreachableFailureAnalyzer extends AbstractFailureAnalyzer<ZooKeeperUnreachableException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ZooKeeperUnreachableException cause) {
        SessionReport report = cause.report();
        return new FailureAnalysis(
                "Session '" + report.name() + "' was not connected to " + cause.connectString() + " after "
                        + cause.waited().toMillis() + " ms, and '" + cause.prefix()
                        + ".fail-fast' is true. Its state is " + report.state() + ": " + meaning(report)
                        + ".\n\nWhat it went through:\n\n" + report,
                """
                Look whether
                - the servers run, and serve: 'zkServer.sh status' on each of them
                - %s names them as they are reached from here, and no firewall lies between
                - they expect TLS on that port: then set '%s.ssl.bundle', otherwise leave it out

                Where the servers only take longer, raise '%s.fail-fast-timeout'. Without '%s.fail-fast' the \
                application starts at once, and the session connects when it can.\
                """.formatted(cause.connectString(), cause.prefix(), cause.prefix(), cause.prefix()),
                cause);
    }

    private static String meaning(SessionReport report) {
        return switch (report.state()) {
            case LATENT, CONNECTING -> "no server has granted it a session";
            case RESTORING ->
                "it has a session, but " + (report.nodesWanted() - report.nodesHeld()) + " of its nodes and "
                        + (report.watchesWanted() - report.watchesArmed()) + " of its watches are not in place";
            case READ_ONLY -> "a server is there, but the ensemble has no quorum";
            case SUSPENDED, LOST -> "it had a connection, which broke";
            case CLOSED -> "it was closed, or its owner has stopped";
            case CONNECTED, FAILED -> "that has only just changed";
        };
    }
}
