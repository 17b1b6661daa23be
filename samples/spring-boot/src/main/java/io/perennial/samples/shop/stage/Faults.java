package io.perennial.samples.shop.stage;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.samples.server.Relay;
import io.perennial.samples.server.Server;
import io.perennial.samples.shop.Settings;
import io.perennial.samples.shop.Trouble;
import java.io.IOException;

/** Real faults: the network in front of the instance breaks, the server ends its session. */
final class Faults implements Trouble {
    private final Relay relay;
    private final Server server;
    private final Operator operator;
    private final ResilientSession session;

    Faults(Relay relay, Server server, Operator operator, ResilientSession session) {
        this.relay = relay;
        this.server = server;
        this.operator = operator;
        this.session = session;
    }

    @Override
    public void cut() throws IOException {
        relay.cut();
    }

    @Override
    public void mend() throws IOException {
        relay.mend();
    }

    @Override
    public boolean isCut() {
        return relay.isCut();
    }

    @Override
    public void expire() {
        long id = session.info()
                .map(SessionInfo::sessionId)
                .filter(server::hasSession)
                .orElseThrow(() -> new IllegalStateException("the server holds no session of this instance"));
        server.expire(id);
    }

    @Override
    public void change(Settings settings) {
        operator.change(settings);
    }
}
