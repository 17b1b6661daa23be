package io.perennial.telemetry;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionTransition;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import jdk.jfr.Event;
import org.jspecify.annotations.Nullable;

/** Fills the events, when a recording wants them. Apart from {@link FlightJournal}, which loads without {@code jdk.jfr}. */
final class FlightEvents {
    private static final Set<Class<?>> LINKED = ConcurrentHashMap.newKeySet();

    private FlightEvents() {}

    /**
     * Has this library's loader know what telling takes, for a stopped one gives no class any more. On JDK 17 that cannot
     * be in a list: each event class writes by a class that the recorder makes for it when the recording begins, and
     * keeps in a static field that the JVM has added to the event class.
     */
    static void link() {
        link(new TransitionEvent());
        link(new LossEvent());
        link(new RestorationEvent());
        link(new SlowCallbackEvent());
        link(new OrphanEndedEvent());
    }

    private static void link(Event event) {
        if (event.isEnabled() && LINKED.add(event.getClass())) {
            for (Field field : event.getClass().getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    loadClassOfValue(field);
                }
            }
        }
    }

    private static void loadClassOfValue(Field field) {
        try {
            field.setAccessible(true);
            Object value = field.get(null);
            if (value != null) {
                Class.forName(value.getClass().getName(), false, FlightEvents.class.getClassLoader());
            }
        } catch (ReflectiveOperationException e) {
            // Then an event after the end of the loader is not told.
        }
    }

    static void transition(String session, SessionTransition transition) {
        var event = new TransitionEvent();
        if (event.shouldCommit()) {
            SessionInfo info = transition.session();
            event.session = session;
            event.from = transition.from().name();
            event.to = transition.to().name();
            event.cause = transition.cause().name();
            event.generation = info == null ? 0 : info.generation();
            event.sessionId = info == null ? "" : info.sessionIdHex();
            event.negotiatedTimeout =
                    info == null ? 0 : info.negotiatedTimeout().toMillis();
            event.inPreviousState = transition.inPreviousState().toMillis();
            event.detail = transition.detail();
            event.commit();
        }
    }

    static void loss(String session, LossDiagnosis loss) {
        var event = new LossEvent();
        if (event.shouldCommit()) {
            event.session = session;
            event.kind = loss.kind().name();
            event.silence = loss.silence().toMillis();
            event.longestPause = loss.longestPause().toMillis();
            event.explanation = loss.explanation();
            event.commit();
        }
    }

    static void orphanEnded(String session, Supplier<String> owner, @Nullable SessionInfo last) {
        var event = new OrphanEndedEvent();
        if (event.shouldCommit()) {
            event.owner = owner.get();
            event.session = session;
            event.sessionId = last == null ? "" : last.sessionIdHex();
            event.generation = last == null ? 0 : last.generation();
            event.commit();
        }
    }

    /** Null when no recording wants it. */
    static @Nullable UnderWay<SessionReport.Restoration> restoration(String session) {
        var event = new RestorationEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return restoration -> {
            event.end();
            if (event.shouldCommit()) {
                event.session = session;
                event.generation = restoration.generation();
                event.attachment = restoration.attachment().name();
                event.nodes = restoration.nodes();
                event.watches = restoration.watches();
                event.completed = restoration.completed();
                event.commit();
            }
        };
    }

    /** Null when no recording wants it. */
    static @Nullable UnderWay<String> callback(String session) {
        var event = new SlowCallbackEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return what -> {
            event.end();
            if (event.shouldCommit()) {
                event.session = session;
                event.callback = what;
                event.commit();
            }
        };
    }
}
