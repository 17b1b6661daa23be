package io.perennial.internal.connect;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.testing.Broken;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A handle's gate with all that decides beside it, and around it a model of ZooKeeper's SendThread and servers. There
 * is one thread, the one that connects; and wherever it waits, in the gate or elsewhere, the clock is moved by hand and
 * the script's events happen. It is held to what must be so at any time, see {@link GateRules}.
 */
final class GatePlay {
    static final long FOR_EVER = Long.MAX_VALUE / 4;
    private static final int MOST_EVENTS_AT_AN_INSTANT = 10_000;

    private static final long LONGEST = Duration.ofDays(1).toNanos();

    private final GateSetting setting;
    private final SplittableRandom random;
    private final HandTicker ticker = new HandTicker();
    private final long begun = ticker.nanos();
    private final GateRules rules = new GateRules(this);
    private final ModelNetwork network;
    private final ThrottledLog log = new ThrottledLog("orders", ticker);
    private final Attempts attempts;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::due));
    private final @Nullable List<String> trace;
    private final Script script;

    private ReentrantLock lock;
    private HandCondition condition;
    private ConnectionGate gate;
    private ModelSendThread thread;
    private GatePlace place = GatePlace.ENDED;
    private boolean ownerIsAlive = true;
    private boolean interrupted;
    private @Nullable Boolean renewal;

    private record Timer(long due, Runnable action) {}

    /** What happens, one after the other. */
    interface Script {
        /** When the next event is due, with the thread where it is; {@link #FOR_EVER} if not while it is there. */
        long due(GatePlay play, GatePlace place, long entered);

        void happen(GatePlay play);
    }

    /** The play is over. */
    static final class Curtain extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Curtain() {
            super("curtain", null, false, false);
        }
    }

    /** Traces when there is a list to trace to. */
    GatePlay(GateSetting setting, long seed, Script script, @Nullable List<String> trace) {
        this.setting = setting;
        this.random = new SplittableRandom(seed);
        this.network = new ModelNetwork(this, setting.servers());
        this.attempts = new Attempts(setting.session(), new Pauses());
        this.script = script;
        this.trace = trace;
        log.silence();
    }

    /** Draws each pause. */
    private final class Pauses implements RandomGenerator {
        @Override
        public long nextLong() {
            return random.nextLong();
        }

        @Override
        public long nextLong(long origin, long bound) {
            long drawn = setting.longPauses() ? bound - 1 : random.nextLong(origin, bound);
            rules.pace().drawn(origin, bound - 1, drawn);
            return drawn;
        }
    }

    static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Until the script is at its end. */
    void run() {
        try {
            makeHandle(setting.attaches());
            while (true) {
                thread.run();
                pass(GatePlace.ENDED, FOR_EVER, () -> renewal != null);
                makeHandle(renewal);
            }
        } catch (Curtain e) {
            note("curtain", "");
        }
    }

    private void makeHandle(boolean attaches) {
        renewal = null;
        lock = new ReentrantLock();
        condition = new HandCondition(lock, this::waitInGate);
        var timeouts = new ConnectionGate.Timeouts(setting.session(), setting.connect());
        gate = new ConnectionGate(
                new ServerList(network.endpoints(), network, random),
                timeouts,
                attaches,
                network.new ModelProbe(),
                attempts,
                new Pacer(this::mayConnect, ticker, lock, condition),
                () -> thread.promptly(),
                log,
                ticker);
        var made = new ModelSendThread(this, gate);
        thread = made;
        gate.whenGranted(made::grantedMillis, () -> {});
        rules.made(attaches);
        note("a handle is made", attaches ? " that attaches" : "");
    }

    private boolean mayConnect() {
        check(!lock.isHeldByCurrentThread(), "the owner is asked under a lock", "");
        rules.pace().owner(ownerIsAlive);
        return ownerIsAlive;
    }

    private long waitInGate(long nanos, HandCondition waited) throws InterruptedException {
        if (interrupted) {
            interrupted = false;
            throw new InterruptedException();
        }
        GatePlace place = GatePlace.PAUSING;
        if (rules.isEnding()) {
            place = GatePlace.ENDING;
        } else if (!rules.pace().ownerWasAlive()) {
            place = GatePlace.WAITING_FOR_OWNER;
        }
        long left = pass(place, nanos, () -> interrupted || waited.isSignalled());
        rules.pace().waited(nanos - left);
        if (interrupted) {
            interrupted = false;
            throw new InterruptedException();
        }
        return left;
    }

    /**
     * The thread is somewhere for so long, unless that is over earlier; everything that happens meanwhile does.
     *
     * @return the nanoseconds that are left
     */
    long pass(GatePlace where, long nanos, BooleanSupplier over) {
        if (where != place) {
            note("", where);
        }
        place = where;
        check(!lock.isHeldByCurrentThread(), "waits under a lock", where);
        long entered = now();
        long end = nanos >= FOR_EVER ? FOR_EVER : entered + nanos;
        for (int events = 0; ; events++) {
            check(events < MOST_EVENTS_AT_AN_INSTANT || now() > entered, "goes round and round", where);
            rules.look(where);
            if (over.getAsBoolean()) {
                break;
            }
            Timer timer = timers.peek();
            long timerDue = timer == null ? FOR_EVER : timer.due;
            long due = script.due(this, where, entered);
            if (timerDue <= Math.min(now(), due)) {
                timers.remove().action.run();
            } else if (due <= now()) {
                script.happen(this);
            } else if (now() >= end) {
                break;
            } else {
                long next = Math.min(end, Math.min(due, timerDue));
                check(next < LONGEST, "nothing happens any more", where);
                ticker.advance(Duration.ofNanos(next - now()));
            }
        }
        return end - now();
    }

    GateSetting setting() {
        return setting;
    }

    SplittableRandom random() {
        return random;
    }

    GateRules rules() {
        return rules;
    }

    ModelNetwork network() {
        return network;
    }

    ConnectionGate gate() {
        return gate;
    }

    Attempts attempts() {
        return attempts;
    }

    ModelSendThread thread() {
        return thread;
    }

    /** Since the beginning of the play, in nanoseconds. */
    long now() {
        return ticker.nanos() - begun;
    }

    long ticks() {
        return ticker.nanos();
    }

    /** A time by the session's clock as one of the play's. */
    long fromTicks(long ticks) {
        return ticks - begun;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    void clearInterrupt() {
        interrupted = false;
    }

    void interrupt() {
        interrupted = true;
    }

    GatePlace place() {
        return place;
    }

    void later(long millis, Runnable action) {
        timers.add(new Timer(now() + millis(millis), action));
    }

    void wakeSpuriously() {
        condition.wakeSpuriously();
    }

    void setOwnerAlive(boolean isAlive) {
        ownerIsAlive = isAlive;
        rules.ownerChanged(isAlive);
    }

    boolean isOwnerAlive() {
        return ownerIsAlive;
    }

    /** The application closes the handle; the client's thread hears of it a little later. */
    void close(long millis) {
        ModelSendThread closed = thread;
        rules.closes();
        gate.closing();
        later(millis, closed::close);
    }

    /** @param heeded whether the client's state is what its end has set; otherwise its thread comes once more */
    void retire(boolean heeded) {
        ModelSendThread retired = thread;
        if (heeded || retired.isConnected()) {
            retired.die();
        }
        rules.retires();
        gate.retire(() -> {
            rules.endedAgain();
            retired.die();
        });
    }

    /** In place of the one before, whatever is with that. */
    void renew(boolean attaches) {
        if (!rules.isEnding()) {
            retire(true);
        }
        renewal = attaches;
    }

    void follow() {
        gate.follow(network.endpoints());
    }

    void check(boolean right, String message, @Nullable Object what) {
        if (!right) {
            note("BROKEN ", message);
            throw new Broken(message + " " + what);
        }
    }

    void note(Object what, Object whose) {
        if (trace != null) {
            trace.add("%,10d ms  %s%s".formatted(TimeUnit.NANOSECONDS.toMillis(now()), what, whose));
        }
    }
}
