package io.perennial.test;

import java.io.IOException;
import org.apache.zookeeper.proto.RequestHeader;
import org.apache.zookeeper.server.Request;
import org.apache.zookeeper.server.RequestProcessor.RequestProcessorException;
import org.apache.zookeeper.server.RequestRecord;
import org.apache.zookeeper.server.RequestThrottler;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.SessionTracker;
import org.apache.zookeeper.server.UnimplementedRequestProcessor;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * A server with the faults of {@link ServerQuirks}; without JMX beans, whose names would clash when several servers
 * share a JVM.
 */
final class QuietServer extends ZooKeeperServer {
    private final ServerQuirks quirks;

    QuietServer(FileTxnSnapLog log, int tickTime, int minSessionTimeout, int maxSessionTimeout, ServerQuirks quirks) {
        super(log, tickTime, minSessionTimeout, maxSessionTimeout, -1, new ZKDatabase(log), "");
        this.quirks = quirks;
    }

    @Override
    public void processPacket(ServerCnxn connection, RequestHeader header, RequestRecord request) throws IOException {
        if (request.limit() > quirks.maxRequest) {
            throw new IOException("Len error " + request.limit()); // what the real one does
        }
        super.processPacket(connection, header, request);
    }

    @Override
    public void submitRequestNow(Request request) {
        if (!quirks.unknown.test(request.type)) {
            super.submitRequestNow(request);
            return;
        }
        try {
            new UnimplementedRequestProcessor().processRequest(request);
        } catch (RequestProcessorException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected RequestThrottler createRequestThrottler() {
        return new RequestThrottler(this) {
            @Override
            protected boolean shouldThrottleOp(Request request, long elapsedTime) {
                return quirks.throttled.test(request.type);
            }
        };
    }

    @Override
    public void expire(SessionTracker.Session session) {
        if (!quirks.reaping.holds(session.getSessionId())) {
            super.expire(session);
        }
    }

    @Override
    protected void setState(State state) {
        this.state = state;
    }

    @Override
    protected void registerJMX() {}

    @Override
    protected void unregisterJMX() {}
}
