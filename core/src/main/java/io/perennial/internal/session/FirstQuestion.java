package io.perennial.internal.session;

import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.internal.state.CuratorAdmission;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.jspecify.annotations.Nullable;

/**
 * Begins a connection with the questions that are open about its server's release, see {@link ServerKnowledge}. Nothing
 * has been restored then. The question over which an older server hangs up is alone on the connection: while it is
 * open, Curator does not hear of one. So the answer arrives, and it is the last connection that this question costs.
 *
 * <p>Confined to the event loop.
 */
final class FirstQuestion implements CuratorAdmission {
    /** Where a session has no nodes: the list is empty. */
    private static final String NOWHERE = "/zookeeper";

    private static final int NO_VERSION = Integer.MAX_VALUE;

    private static final String NEVER_CREATED = "/perennial-never-created";

    /** Never applied: the root has not got that version. A server before 3.5.3 cannot read it, and keeps connected. */
    private static final List<Op> CONTAINERS = List.of(
            Op.check("/", NO_VERSION),
            Op.create(NEVER_CREATED, new byte[0], Ids.READ_ACL_UNSAFE, CreateMode.CONTAINER));

    /**
     * As what the quarantine knows it: where it breaks each connection, as on a server that is none of ZooKeeper's, it
     * is soon refused, and the session does without the answer.
     */
    private static final List<RequestKey> SUBJECT = List.of(new RequestKey(RequestKind.CREATE, NEVER_CREATED, 0));

    private final RestoreContext context;
    private final ServerKnowledge servers;
    private final Quarantine quarantine;
    private final CuratorAdmission next;
    /** On the current connection; null when none is under way. */
    private @Nullable Requests asking;

    FirstQuestion(RestoreContext context, ServerKnowledge servers, Quarantine quarantine, CuratorAdmission next) {
        this.context = context;
        this.servers = servers;
        this.quarantine = quarantine;
        this.next = next;
    }

    @Override
    public void before(ClientHandle on, long sessionId, Runnable then) {
        end();
        Runnable goOn = () -> {
            end();
            next.before(on, sessionId, then);
        };
        if (servers.asksForContainers()) {
            begin(on).multi(CONTAINERS, () -> SUBJECT, reply -> containersAsked(on, reply, goOn));
        } else {
            askFor36(on, goOn);
        }
    }

    private Requests begin(ClientHandle on) {
        end();
        Requests requests = on.requests(context.loop(), context.policy(), quarantine);
        asking = requests;
        return requests;
    }

    private void containersAsked(ClientHandle on, Reply reply, Runnable goOn) {
        if (reply.connectionTrouble()) {
            return; // the next connection begins with it again
        }
        if (ErrorKind.of(reply.code()) == ErrorKind.ANSWER) {
            servers.containersAsked(reply.code() != Code.MARSHALLINGERROR && reply.code() != Code.UNIMPLEMENTED);
        }
        askFor36(on, goOn);
    }

    private void askFor36(ClientHandle on, Runnable goOn) {
        if (!servers.asksFirst(context.loop().ticker().nanos())) {
            goOn.run();
            return;
        }
        servers.askingFirst();
        Requests requests = begin(on);
        requests.getEphemerals(NOWHERE, reply -> asked(requests, reply, goOn));
    }

    /** The quarantine has noted what it answered. */
    private void asked(Requests requests, Reply reply, Runnable goOn) {
        if (reply.connectionTrouble()) {
            servers.firstQuestionLost(context.loop().ticker().nanos());
        } else if (reply.code() == Code.UNIMPLEMENTED) {
            // A server that says so hangs up. One that does not takes another request, which is sent a second later.
            requests.exists(NOWHERE, null, still -> {
                if (!still.connectionTrouble()) {
                    goOn.run();
                }
            });
        } else {
            goOn.run();
        }
    }

    private void end() {
        if (asking != null) {
            asking.end();
            asking = null;
        }
    }

    @Override
    public void broken() {
        end();
        next.broken();
    }

    @Override
    public void skipped(ClientHandle on) {
        end();
        next.skipped(on);
    }
}
