package io.perennial.internal.state;

import io.perennial.ResilientSessionException;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.Restorable;
import java.util.List;

/** A part of a play that is bound to the session: it holds the engine to the contract of {@link Restorable}. */
final class ModelPart implements Restorable {
    private final Play play;
    private final boolean nothingToRestore;
    private boolean attached;
    private boolean lost;
    private boolean closed;
    private long attachments;
    private long done;
    /** In which session, and on which handle, what it put there stands. */
    private long session;

    private ModelHandle handle;
    private boolean stands;

    ModelPart(Play play, boolean nothingToRestore) {
        this.play = play;
        this.nothingToRestore = nothingToRestore;
    }

    @Override
    public void attached(AttachedSession live, Attachment how, Runnable restored) {
        play.check(!closed, "a part is attached after its close");
        play.check(!attached, "a part is attached twice");
        ModelHandle now = play.attachedHandle();
        boolean same = stands && live.sessionId() == session;
        boolean right =
                switch (how) {
                    case RECONNECTED -> same && handle == now;
                    case RESUMED -> live.sessionId() == session;
                    case NEW_SESSION -> !stands;
                };
        play.check(right, "a part is attached by the wrong word", how);
        play.note("a part is attached: ", how);
        play.check(session == 0 || session == live.sessionId() || live.wasOurs(session), "left-overs are a stranger's");
        attached = true;
        lost = false;
        session = live.sessionId();
        handle = now;
        stands = true;
        long mine = ++attachments;
        if (play.restorationTakes > 0) {
            play.later(play.restorationTakes, () -> restored(mine, restored)); // Also when it is late.
        } else if (nothingToRestore) {
            restored(mine, restored);
        } else {
            restore(now, mine, restored);
        }
    }

    private void restore(ModelHandle on, long mine, Runnable restored) {
        on.ask(ModelRequests.Question.PART, rc -> play.loop().offer(() -> {
            if (!attached || mine != attachments || ErrorKind.of(rc).isTrouble()) {
                return;
            }
            if (ErrorKind.of(rc) == ErrorKind.NOT_NOW) {
                play.later(() -> restore(on, mine, restored));
            } else {
                restored(mine, restored);
            }
        }));
    }

    private void restored(long mine, Runnable report) {
        done = Math.max(done, mine);
        report.run();
    }

    /** Whether it has brought everything back on the present connection. */
    boolean isRestored() {
        return attached && done == attachments;
    }

    @Override
    public void detached() {
        attached = false;
    }

    @Override
    public void lost() {
        play.check(!attached, "a part hears of a loss while attached");
        play.check(!lost || !stands, "a part hears of one loss twice");
        lost = true;
        stands = false;
    }

    @Override
    public void closed(ResilientSessionException reason) {
        play.check(!attached, "a part is closed while attached");
        play.check(!closed, "a part is closed twice");
        closed = true;
    }

    @Override
    public int wanted() {
        return 1;
    }

    @Override
    public int standing() {
        return attached ? 1 : 0;
    }

    @Override
    public List<String> problems() {
        return List.of();
    }
}
