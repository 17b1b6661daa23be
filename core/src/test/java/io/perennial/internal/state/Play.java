package io.perennial.internal.state;

import io.perennial.ClampPolicy;
import io.perennial.ResilientSessionException;
import io.perennial.RestorePolicy;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.HandLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.lease.LapseHooks;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.lease.LeaseTime;
import io.perennial.internal.lease.PauseDetector;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.restore.Restoration;
import io.perennial.internal.restore.RestorationHistory;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.internal.telemetry.FlightJournal;
import io.perennial.testing.Broken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A session's engine with all that decides beside it, on a clock, a loop and servers that go by hand: no thread, no
 * socket. After each {@link #drain} it is held to what must be so at any time, see {@link PlayRules}.
 */
final class Play {
    /** What is asked for, in milliseconds. */
    static final int TIMEOUT = 10_000;

    static final long TICK = TIMEOUT / 20;
    static final long PIECE = TICK / 2;
    /**
     * Long enough for what goes slowest: a wait of 30 s before the next handle, and a handle that has to be found mute.
     */
    static final long ALL_IS_WELL_WITHIN = 120_000;

    private static final long LONG = 60_000;
    private static final int ROUNDS_AT_AN_INSTANT = 2_000;
    private static final Duration TICK_INTERVAL = Duration.ofMillis(TICK);
    final SplittableRandom random;
    final ModelServers servers;
    final ModelHandles handles = new ModelHandles(this);
    final boolean readOnlyAllowed;
    long restorationTakes;
    private final HandTicker ticker = new HandTicker();
    private final long begun = ticker.nanos();
    private final HandLoop hand;
    private final StateMachine states;
    private final LeaseClock lease;
    private final Restoration restoration;
    private final SessionEngine engine;
    private final Recovery recovery;
    private final PlayRules rules;
    private final ModelPart nodes;
    private final ModelPart watches;
    private final boolean resumes;
    private final List<String> trace;
    private ModelHandle attachedHandle;
    private ModelHandle dead;
    private int ticksDead;
    private boolean closing;
    private int booms;
    private final List<SessionState> entered = new ArrayList<>();
    private RuntimeException failure;

    /** An error in the engine, as want of memory might be. */
    static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Boom() {
            super("boom", null, false, false);
        }
    }

    /** Traces when there is a list to trace to. */
    Play(long seed, List<String> trace) {
        this(PlaySetting.any(new SplittableRandom(seed)), seed, trace);
    }

    Play(PlaySetting setting, long seed, List<String> trace) {
        this.random = new SplittableRandom(seed);
        this.trace = trace;
        var log = new ThrottledLog("orders", ticker);
        log.silence();
        this.hand = new HandLoop(ticker, log, this::error);
        this.servers = new ModelServers(this::expired);
        this.readOnlyAllowed = setting.readOnlyAllowed();
        handles.resume = setting.resume();
        this.states = new StateMachine("orders", ticker, this::entered);
        var time = new LeaseTime(ticker, () -> TimeUnit.MILLISECONDS.toNanos(servers.now()), TICK_INTERVAL);
        this.lease = new LeaseClock(ticker, time, null, new LapseHooks(time, Runnable::run, log));
        this.rules = new PlayRules(this, states, lease);
        RestorePolicy restore = RestorePolicy.defaults().withMaxJitter(setting.jitter());
        var context = new RestoreContext(
                "orders", loop(), null, null, null, restore, null, log, Duration.ofSeconds(5), 1_000_000);
        this.nodes = new ModelPart(this, setting.nothingToRestore());
        this.watches = new ModelPart(this, setting.nothingToRestore() || random.nextInt(2) == 0);
        this.resumes = setting.resume() && setting.clamped() != ClampPolicy.FAIL;
        this.restoration = new Restoration(
                context,
                new Quarantine(1_000_000),
                nodes,
                watches,
                new RestorationHistory(ticker, new FlightJournal("orders")),
                random,
                () -> engine().restored());
        this.engine = new SessionEngine(
                setting.config(),
                loop(),
                handles,
                handles,
                restoration,
                handles,
                states,
                lease,
                log,
                new LossDiagnoser(lease, new PauseDetector(TICK_INTERVAL, ticker.nanos(), () -> 0)),
                random);
        this.recovery = new Recovery(ticker, engine::beginAnew);
        var ticks = new Ticks(loop(), TICK_INTERVAL, () -> !closing, this::tick, List.of(), log);
        loop().offer(ticks::schedule);
    }

    /** Its callbacks are given out before it is made. */
    private SessionEngine engine() {
        return engine;
    }

    EventLoop loop() {
        return hand.loop();
    }

    /** By the clock of this JVM. */
    long nanos() {
        return ticker.nanos();
    }

    /** Since the beginning of the play, by the clock of this JVM. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - begun);
    }

    SessionState state() {
        return states.now().state();
    }

    SessionInfo session() {
        return states.now().session();
    }

    LeaseClock lease() {
        return lease;
    }

    void start() {
        try {
            handles.replace(null, made -> loop().offer(() -> engine.started(made)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        drain();
    }

    private void tick() {
        recovery.tick();
        engine.tick();
        lookForDead();
    }

    /** As the watchdog does. */
    private void lookForDead() {
        ModelHandle current = handles.current();
        boolean isDead = current != null && current.isSendThreadDead();
        ticksDead = isDead && current == dead ? ticksDead + 1 : 0;
        dead = isDead ? current : null;
        if (ticksDead >= 6) {
            engine.died(current);
        }
    }

    void heard(HandleEvent event) {
        note(event.state(), event.handle());
        rules.heard(event);
        engine.happened(event);
        rules.heardAll();
    }

    /** Not while the servers have the one before. */
    void asksForNewSession() {
        long before = rules.sessionTold();
        check(!resumes || !servers.has(before), "a session is given up that the servers have:", before);
    }

    boolean isRestored() {
        return nodes.isRestored() && watches.isRestored();
    }

    void attaching(ModelHandle handle) {
        attachedHandle = handle;
    }

    ModelHandle attachedHandle() {
        return attachedHandle;
    }

    /** On the loop, when a server that has said "not now" is asked again. */
    void later(Runnable task) {
        later(PIECE, task);
    }

    void later(long millis, Runnable task) {
        loop().schedule(Duration.ofMillis(millis), task);
    }

    /** Something happens, and everybody takes notice. */
    void happens(Happening what, int amount) {
        note("== ", what);
        what.happenTo(this, amount);
        drain();
    }

    /** Something in the engine goes wrong. */
    void fail() {
        loop().offer(() -> {
            throw new Boom();
        });
    }

    void close() {
        if (closing) {
            return;
        }
        closing = true;
        handles.refuse();
        loop().offer(engine::end);
        loop().offer(() -> restoration.closed(new ResilientSessionException("closed")));
        drain();
        handles.seal();
        loop().offer(() -> engine.closed(Cause.CLOSED, "closed"));
        drain();
        check(state() == SessionState.CLOSED, "not closed");
        check(session() == null, "closed with a session");
        throwFailure();
    }

    boolean isClosing() {
        return closing;
    }

    /** Time passes, here and there. */
    void pass(long millis) {
        long most = millis > 4 * TICK ? TICK : PIECE;
        for (long left = millis; left > 0; left -= most) {
            long piece = Math.min(left, most);
            rules.before();
            servers.advance(piece);
            ticker.advance(Duration.ofMillis(piece));
            drain();
        }
    }

    /** This JVM does not run; its clock may stand still with it. */
    void pause(long millis, boolean clockToo) {
        rules.unwatched();
        servers.advance(millis);
        ticker.advance(Duration.ofMillis(clockToo ? 1 : millis));
        drain();
    }

    /** All that can happen now does. */
    void drain() {
        int round = 0;
        while (hand.run() | handles.run() | goOn()) {
            if (++round > ROUNDS_AT_AN_INSTANT) {
                throw new Broken("goes round and round at one instant");
            }
        }
        throwFailure();
        rules.look();
        throwFailure();
    }

    private boolean goOn() {
        ModelHandle current = handles.current();
        boolean any = current != null && (current.step() | current.eventThread().run());
        for (ModelHandle late : handles.superseded()) {
            any |= late.eventThread().run();
        }
        return any;
    }

    private void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Whatever became of it, all is well from now on: it is connected within bounds, and stays so. */
    void recover() {
        servers.mend();
        handles.stuck = false;
        handles.cannotMake = false;
        restorationTakes = 0;
        note("all is well", "");
        long waited = 0;
        while (!isWell()) {
            check(waited < ALL_IS_WELL_WITHIN, "not well although all has been well for long", handles.current());
            throwFailure();
            pass(TICK);
            waited += TICK;
        }
    }

    private boolean isWell() {
        // Held at once, unless the server was long in answering: then an answer has to prove one before it.
        return state() == SessionState.CONNECTED
                && lease.isHeld()
                && handles.current().isWell();
    }

    /** All is well, and stays so. */
    void stayWell(long millis) {
        // A second error has the session begin anew some time later.
        for (long left = booms > 1 ? 0 : millis; left > 0; left -= TICK) {
            pass(TICK);
            check(state() == SessionState.CONNECTED, "does not stay connected", state());
            throwFailure();
        }
    }

    /** Goes on as it is. */
    void endure(long millis, int mostHandles) {
        long before = handles.made();
        pass(millis);
        long made = handles.made() - before;
        check(made <= mostHandles, "handles in a hot loop", made);
        boolean refusable = servers.demandsInVain() && !handles.stuck && !handles.cannotMake && !closing;
        check(!refusable || millis < LONG || state() == SessionState.FAILED, "not told of credentials", state());
        throwFailure();
    }

    private void expired(long id, long at) {
        note("the servers expire ", Long.toHexString(id));
        rules.expired(id, at);
    }

    private void entered(SessionTransition transition) {
        if (trace != null) {
            note(transition.from() + " -> " + transition.to() + " ", transition.cause() + ": " + transition.detail());
            entered.add(transition.to());
        }
        rules.entered(transition);
    }

    private void error(Throwable e) {
        if (e instanceof Boom) {
            booms++;
            recovery.after(e);
        } else if (failure == null) {
            failure = e instanceof Broken broken ? broken : new Broken(e.toString(), e);
        }
    }

    void check(boolean right, String message) {
        check(right, message, "");
    }

    /** Notes what is wrong first; it is thrown where nobody catches it. */
    void check(boolean right, String message, Object what) {
        if (!right && failure == null) {
            failure = new Broken(message + " " + what);
        }
    }

    void note(Object what, Object whose) {
        if (trace != null) {
            trace.add("%,10d ms  %s %s".formatted(millis(), what, whose));
        }
    }

    /** The states that were entered, when there is a trace. */
    List<SessionState> entered() {
        return entered;
    }
}
