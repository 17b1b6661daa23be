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
 * Records one session's events in JDK Flight Recorder.
 *
 * <p>Until something is recorded in this JVM each call costs a test of a flag, and no Flight Recorder class is loaded;
 * later, without a recording, it costs a test of the event's own flag. Nothing is read or assembled before that.
 * Nothing here throws: a runtime may lack the module {@code jdk.jfr}, and the class loader of a stopped application may
 * lack its classes. Then nothing is recorded. Thread-safe.
 */
public final class FlightJournal implements CallbackTimer {
    private static final boolean PRESENT = isPresent();

    private final String session;

    /**
     * Creates the journal.
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
     * To be called at the start and periodically, so that events can still be recorded when the class loader of this
     * library has stopped and provides no more classes. Does nothing until something is recorded in this JVM.
     */
    public void keepUp() {
        // Not a method reference, which would need the class outside the try.
        emit(() -> FlightEvents.link());
    }

    /**
     * Records a transition, and the loss that it may be.
     *
     * @param transition the transition
     */
    public void transition(SessionTransition transition) {
        emit(() -> {
            FlightEvents.transition(session, transition);
            if (transition.diagnosis() != null) {
                FlightEvents.loss(session, transition.diagnosis());
            }
        });
    }

    /**
     * Records that the lease has lapsed.
     *
     * @param generation of which server session
     * @param silence since the sending of the last request that a server acknowledged
     */
    public void leaseLapsed(long generation, Duration silence) {
        emit(() -> FlightEvents.leaseLapsed(session, generation, silence));
    }

    /**
     * Records that the session was ended because its owner had ended.
     *
     * @param owner the owner that had ended
     * @param last the server session that was current, or null
     */
    public void orphanEnded(Supplier<String> owner, @Nullable SessionInfo last) {
        emit(() -> FlightEvents.orphanEnded(session, owner, last));
    }

    /**
     * A restoration begins.
     *
     * @return to be notified of its end
     */
    public EventSpan<SessionReport.Restoration> restorationBegins() {
        return begins(() -> FlightEvents.restoration(session));
    }

    /**
     * {@inheritDoc}
     *
     * <p>It is recorded if it takes long.
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
                    return outcome -> emit(() -> begun.end(outcome));
                }
            } catch (RuntimeException | LinkageError | VirtualMachineError e) {
                // Then it is not recorded.
            }
        }
        return outcome -> {};
    }

    private static void emit(Runnable event) {
        if (PRESENT) {
            try {
                if (FlightRecorder.isInitialized()) {
                    event.run();
                }
            } catch (RuntimeException | LinkageError | VirtualMachineError e) {
                // Then nothing is recorded.
            }
        }
    }
}
