package io.perennial.internal.state;

import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.Handles;
import io.perennial.internal.handle.SessionCredentials;
import io.perennial.internal.protocol.ErrorKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.zookeeper.KeeperException.Code;

/** Makes a play's handles, on a thread that is let run; and lets a Curator hear of them that is not there. */
final class ModelHandles implements Handles, Executor, CuratorAdmission {
    private static final ConnectString SERVERS = ConnectString.parse("zk:2181/orders");
    private static final int MOST_SUPERSEDED = 3;

    private final Play play;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<ModelHandle> superseded = new ArrayList<>();

    boolean resume = true;
    boolean cannotMake;
    boolean stuck;
    private boolean refuses;
    private boolean sealed;
    private ModelHandle current;
    private long made;

    /** For whom Curator waits, and the session that it takes for lost. */
    private ClientHandle losing;

    private long lostSession;
    private long asking;

    ModelHandles(Play play) {
        this.play = play;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** The handle thread does the next thing; whether there was any. */
    boolean run() {
        if (stuck || tasks.isEmpty()) {
            return false;
        }
        tasks.remove().run();
        return true;
    }

    /** Whether something waits to be done. */
    boolean isBusy() {
        return !tasks.isEmpty();
    }

    @Override
    public ConnectString connectString() {
        return SERVERS;
    }

    @Override
    public boolean canResume() {
        return resume;
    }

    /** As {@code HandleSupervisor} does. */
    @Override
    public void replace(SessionCredentials known, Predicate<ClientHandle> accept) throws Exception {
        ModelHandle old = current;
        if (old != null) {
            old.abandon();
            if (play.random.nextInt(2) == 0) {
                old.eventThread().run(); // Its end is told before the next one is there.
            }
            superseded.add(old);
            if (superseded.size() > MOST_SUPERSEDED) {
                superseded.remove(0);
            }
        }
        if (refuses) {
            return;
        }
        if (cannotMake) {
            throw new IllegalStateException("no key store");
        }
        var handle = new ModelHandle(play, ++made, known);
        if (old != null) {
            losing = handle;
            lostSession = old.sessionId();
        }
        current = handle;
        play.note("made ", handle);
        if (!accept.test(handle) || sealed) {
            handle.abandon();
        }
    }

    @Override
    public void followEnsemble() {
        play.note("looks where the servers are", "");
    }

    /** As {@code Sweep} does. */
    @Override
    public void before(ClientHandle on, long sessionId, Runnable then) {
        long mine = ++asking;
        if (losing != on || lostSession != sessionId) {
            skipped(on);
            then.run();
        } else {
            askFor(on, mine, then);
        }
    }

    @Override
    public void broken() {
        asking++;
    }

    private void askFor(ClientHandle on, long mine, Runnable then) {
        ((ModelHandle) on)
                .ask(ModelRequests.Question.EPHEMERALS, rc -> play.loop().offer(() -> {
                    if (mine != asking || ErrorKind.of(rc).isTrouble()) {
                        return;
                    }
                    if (rc == Code.OK.intValue()) {
                        skipped(on);
                        then.run();
                    } else {
                        play.later(() -> askFor(on, mine, then));
                    }
                }));
    }

    @Override
    public void skipped(ClientHandle on) {
        play.note("Curator may hear of ", on);
        if (losing == on) {
            losing = null;
        }
    }

    /**
     * A server has given its session. Only handles that a caller's factory makes do not say so, which nobody resumes.
     */
    void granted(ModelHandle to) {
        if (resume) {
            play.lease().granted(to.sessionId(), to.grantedMillis());
        }
    }

    ModelHandle current() {
        return current;
    }

    List<ModelHandle> superseded() {
        return superseded;
    }

    long made() {
        return made;
    }

    /** As a close does it: no other is made, and the last one ends. */
    void refuse() {
        refuses = true;
    }

    void seal() {
        sealed = true;
        if (current != null) {
            current.abandon();
        }
    }
}
