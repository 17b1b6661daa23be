package io.perennial.internal.session;

import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.internal.state.CuratorAdmission;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Begins a connection with the question whether its server knows what came with 3.6, when a request that did so was
 * lost with its connection. Nothing else is under way then: nothing has been restored, and Curator has not heard of the
 * connection. So the answer arrives even from a server that hangs up over it; and it is the last connection that this
 * question costs.
 *
 * <p>Confined to the event loop.
 */
final class FirstQuestion implements CuratorAdmission {
    /** Where a session has no nodes: the list is empty. */
    private static final String NOWHERE = "/zookeeper";
    /** A server that says UNIMPLEMENTED hangs up. If it does not, the session goes on. */
    private static final Duration HANGS_UP_WITHIN = Duration.ofSeconds(1);

    private final RestoreContext context;
    private final ServerKnowledge servers;
    private final Quarantine quarantine;
    private final CuratorAdmission next;
    /** On which the question is under way. */
    private @Nullable Requests asking;

    FirstQuestion(RestoreContext context, ServerKnowledge servers, Quarantine quarantine, CuratorAdmission next) {
        this.context = context;
        this.servers = servers;
        this.quarantine = quarantine;
        this.next = next;
    }

    @Override
    public void before(ClientHandle on, long sessionId, Runnable then) {
        if (asking != null) {
            asking.end();
            asking = null;
        }
        if (!servers.asksFirst(context.loop().ticker().nanos())) {
            next.before(on, sessionId, then);
            return;
        }
        servers.askingFirst();
        Requests requests = on.requests(context.loop(), context.policy(), quarantine);
        asking = requests;
        Runnable goOn = () -> {
            if (asking == requests) {
                asking = null;
                requests.end();
                next.before(on, sessionId, then);
            }
        };
        requests.getEphemerals(NOWHERE, reply -> answered(requests, on, reply, goOn));
    }

    private void answered(Requests requests, ClientHandle on, Reply reply, Runnable goOn) {
        if (reply.connectionTrouble()) {
            requests.end(); // the next connection begins with it again
        } else if (reply.code() == Code.UNIMPLEMENTED) {
            context.loop().schedule(HANGS_UP_WITHIN, () -> {
                if (on.hasConnection()) {
                    goOn.run();
                }
            });
        } else {
            goOn.run();
        }
    }

    @Override
    public void skipped(ClientHandle on) {
        next.skipped(on);
    }
}
