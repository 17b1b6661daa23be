package io.perennial.internal.jmx;

import io.perennial.LossDiagnosis;
import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.jmx.SessionMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the session anew for each attribute. */
final class SessionBean implements SessionMXBean {
    private final ResilientSession session;

    SessionBean(ResilientSession session) {
        this.session = session;
    }

    @Override
    public String getName() {
        return session.name();
    }

    @Override
    public String getState() {
        return session.state().name();
    }

    @Override
    public long getInStateMillis() {
        return report().inState().toMillis();
    }

    @Override
    public long getGeneration() {
        return ofInfo(SessionInfo::generation).orElse(0L);
    }

    @Override
    public @Nullable String getSessionId() {
        return ofInfo(SessionInfo::sessionIdHex).orElse(null);
    }

    @Override
    public @Nullable String getServer() {
        return session.info()
                .map(SessionInfo::server)
                .map(server -> server.toString())
                .orElse(null);
    }

    @Override
    public long getRequestedTimeoutMillis() {
        return ofInfo(info -> info.requestedTimeout().toMillis()).orElse(0L);
    }

    @Override
    public long getNegotiatedTimeoutMillis() {
        return ofInfo(info -> info.negotiatedTimeout().toMillis()).orElse(0L);
    }

    @Override
    public boolean isLeaseHeld() {
        return session.lease().isHeld();
    }

    @Override
    public long getLeaseRemainingMillis() {
        return session.lease().remaining().toMillis();
    }

    @Override
    public long getRoundTripMicros() {
        Duration roundTrip = report().roundTrip();
        return roundTrip == null ? 0 : TimeUnit.MICROSECONDS.convert(roundTrip);
    }

    @Override
    public int getNodesWanted() {
        return report().nodesWanted();
    }

    @Override
    public int getNodesHeld() {
        return report().nodesHeld();
    }

    @Override
    public int getWatchesWanted() {
        return report().watchesWanted();
    }

    @Override
    public int getWatchesArmed() {
        return report().watchesArmed();
    }

    @Override
    public @Nullable String getLastLossKind() {
        LossDiagnosis loss = report().lastLoss();
        return loss == null ? null : loss.kind().name();
    }

    @Override
    public @Nullable String getLastLossExplanation() {
        LossDiagnosis loss = report().lastLoss();
        return loss == null ? null : loss.explanation();
    }

    @Override
    public long getCallbackFailures() {
        return report().callbackFailures();
    }

    @Override
    public String[] getProblems() {
        return report().problems().toArray(String[]::new);
    }

    @Override
    public String getReport() {
        return report().toString();
    }

    @Override
    public String getReportJson() {
        return report().toJson();
    }

    @Override
    public void close() {
        session.close();
    }

    private SessionReport report() {
        return session.report();
    }

    private <T> Optional<T> ofInfo(Function<SessionInfo, T> part) {
        return session.info().map(part);
    }
}
