package io.perennial.internal.session;

import io.perennial.SessionState;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.operation.SessionView;
import io.perennial.internal.state.SessionConfig;
import io.perennial.internal.state.StateMachine;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** What operations need to know of the session. */
final class EngineSessionView implements SessionView {
    private final SessionConfig config;
    private final BooleanSupplier closing;
    private final StateMachine states;
    private final LeaseClock lease;
    private final HandleSupervisor handles;
    private final IntSupplier trialsLost;
    private final EventLoop loop;
    private final BooleanSupplier curatorConnected;

    EngineSessionView(
            SessionConfig config,
            BooleanSupplier closing,
            StateMachine states,
            LeaseClock lease,
            HandleSupervisor handles,
            IntSupplier trialsLost,
            EventLoop loop,
            BooleanSupplier curatorConnected) {
        this.config = config;
        this.closing = closing;
        this.states = states;
        this.lease = lease;
        this.handles = handles;
        this.trialsLost = trialsLost;
        this.loop = loop;
        this.curatorConnected = curatorConnected;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public boolean isClosed() {
        return closing.getAsBoolean();
    }

    @Override
    public boolean isAttached() {
        return states.now().state().isAttached();
    }

    @Override
    public boolean isHopeless() {
        StateMachine.Snapshot now = states.now();
        return switch (now.state()) {
            case FAILED -> true;
            case CONNECTING, LOST ->
                loop.ticker().nanos() - now.since()
                        >= config.handles().connectTimeout().toNanos();
            default -> false;
        };
    }

    @Override
    public boolean bindsHandles() {
        return handles.makesHandles();
    }

    @Override
    public boolean isCuratorConnected() {
        return curatorConnected.getAsBoolean();
    }

    @Override
    public int trialsLost() {
        return trialsLost.getAsInt();
    }

    @Override
    public int maxPacket() {
        return config.maxPacket();
    }

    @Override
    public ServerSession serverSession() {
        return lease.serverSession(handles.lastZxid());
    }

    @Override
    public Object connection() {
        return handles.connection();
    }

    @Override
    public String describeState() {
        StateMachine.Snapshot now = states.now();
        return now.state() + " for "
                + Duration.ofNanos(loop.ticker().nanos() - now.since()).toMillis() + " ms";
    }

    @Override
    public boolean awaitAttached(Duration timeout) throws InterruptedException {
        return states.await(s -> s.state().isAttached() || s.state() == SessionState.CLOSED, timeout)
                .state()
                .isAttached();
    }

    @Override
    public boolean schedule(Duration delay, Runnable task) {
        return loop.offer(() -> loop.schedule(delay, task));
    }
}
