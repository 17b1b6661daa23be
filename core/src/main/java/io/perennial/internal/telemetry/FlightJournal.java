package io.perennial.internal.telemetry;

import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionTransition;
import io.perennial.internal.engine.CallbackTimer;
import io.perennial.internal.engine.EventSpan;
import java.time.Duration;
import java.util.function.Supplier;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Tells one session's events to JDK Flight Recorder.
 *
 * <p>Until something is recorded in this JVM each call costs a test of a flag, and no class of Flight Recorder's is
 * loaded; later, without a recording, it costs a test of the event's own flag. Nothing is read or put together before.
 * Nothing here throws: a runtime may lack the module {@code jdk.jfr}, and the class loader of a stopped application may
 * lack its classes. Then nothing is told. Thread-safe.
 */
public final class FlightJournal implements CallbackTimer {
    private static final boolean PRESENT = isPresent();

    private final String session;

    /**
     * Makes it.
     *
     * @param session the session's name
     */
    public FlightJournal(String session) {
        this.session = session;
    }

    private static boolean isPresent() {
        try {
            Class.forName("jdk.jfr.Event", false, FlightJournal.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /**
     * To be called at the start and now and then, so that the events can still be told when the class loader of this
     * library has stopped and gives no class any more. Does nothing until something is recorded in this JVM.
     */
    public void keepUp() {
        // Not a method reference, which would need the class outside the try.
        tell(() -> FlightEvents.link());
    }

    /**
     * Tells a transition, and the loss that it may be.
     *
     * @param transition the transition
     */
    public void transition(SessionTransition transition) {
        tell(() -> {
            FlightEvents.transition(session, transition);
            if (transition.diagnosis() != null) {
                FlightEvents.loss(session, transition.diagnosis());
            }
        });
    }

    /**
     * Tells that the lease has lapsed.
     *
     * @param generation of what server session
     * @param silence since the sending of the last request that a server acknowledged
     */
    public void leaseLapsed(long generation, Duration silence) {
        tell(() -> FlightEvents.leaseLapsed(session, generation, silence));
    }

    /**
     * Tells that the session was ended since its owner had ended.
     *
     * @param owner whose end it was
     * @param last the server session that was in hand, or null
     */
    public void orphanEnded(Supplier<String> owner, @Nullable SessionInfo last) {
        tell(() -> FlightEvents.orphanEnded(session, owner, last));
    }

    /**
     * A restoration begins.
     *
     * @return to be told its end
     */
    public EventSpan<SessionReport.Restoration> restorationBegins() {
        return begins(() -> FlightEvents.restoration(session));
    }

    /**
     * {@inheritDoc}
     *
     * <p>It is told if it takes long.
     */
    @Override
    public EventSpan<String> callbackBegins() {
        return begins(() -> FlightEvents.callback(session));
    }

    private static <T> EventSpan<T> begins(Supplier<@Nullable EventSpan<T>> begin) {
        if (PRESENT) {
            try {
                EventSpan<T> begun = FlightRecorder.isInitialized() ? begin.get() : null;
                if (begun != null) {
                    return outcome -> tell(() -> begun.end(outcome));
                }
            } catch (RuntimeException | LinkageError | VirtualMachineError e) {
                // Untold, then.
            }
        }
        return outcome -> {};
    }

    private static void tell(Runnable telling) {
        if (PRESENT) {
            try {
                if (FlightRecorder.isInitialized()) {
                    telling.run();
                }
            } catch (RuntimeException | LinkageError | VirtualMachineError e) {
                // There is nobody to tell.
            }
        }
    }
}
