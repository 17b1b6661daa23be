package io.perennial.internal.telemetry;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionTransition;
import io.perennial.internal.engine.EventSpan;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import jdk.jfr.Event;
import org.jspecify.annotations.Nullable;

/**
 * Fills the events when a recording wants them. Separate from {@link FlightJournal}, which loads without
 * {@code jdk.jfr}.
 */
final class FlightEvents {
    /** What rewritten event classes refer to, by JDK: 25, 19 and later. */
    private static final List<String> NAMED = List.of(
            "jdk.jfr.internal.event.EventWriter",
            "jdk.jfr.internal.event.EventWriterFactory",
            "jdk.jfr.internal.event.EventConfiguration");

    private static final Set<Class<?>> LINKED = ConcurrentHashMap.newKeySet();

    private FlightEvents() {}

    /**
     * Makes this library's loader know the classes that recording needs, because a stopped loader provides no more
     * classes. The JVM rewrites the event classes when a recording begins. On JDK 17 each then writes through a class
     * that the recorder generates for it at that moment and keeps in a static field of the event class: no list can
     * contain its name.
     */
    static void link() {
        link(new TransitionEvent());
        link(new LossEvent());
        link(new LeaseLapsedEvent());
        link(new RestorationEvent());
        link(new SlowCallbackEvent());
        link(new OrphanEndedEvent());
    }

    private static void link(Event event) {
        if (event.isEnabled() && LINKED.add(event.getClass())) {
            NAMED.forEach(FlightEvents::load);
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
                load(value.getClass().getName());
            }
        } catch (IllegalAccessException e) {
            // Then an event after the end of the loader is not recorded.
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, FlightEvents.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            // Another JDK's.
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

    static void leaseLapsed(String session, long generation, Duration silence) {
        var event = new LeaseLapsedEvent();
        if (event.shouldCommit()) {
            event.session = session;
            event.generation = generation;
            event.silence = silence.toMillis();
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
    static @Nullable EventSpan<SessionReport.Restoration> restoration(String session) {
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
    static @Nullable EventSpan<String> callback(String session) {
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
