package io.perennial.internal.session;

import io.perennial.ResilientSession;
import io.perennial.SessionOwner;
import io.perennial.internal.engine.Arguments;
import io.perennial.internal.owner.Owners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** What {@link io.perennial.SessionRegistry} lists; internal to the library. */
public final class StartedSessions {
    private static final Set<CuratorSession> SESSIONS = ConcurrentHashMap.newKeySet();

    private StartedSessions() {}

    /**
     * Lists it. When the JVM is shutting down, and the session ends with it, perhaps nothing reads the list any more.
     *
     * @return false in that case: then the session must be closed
     */
    static boolean add(CuratorSession session) {
        SESSIONS.add(session);
        ShutdownHook.keepWhile(StartedSessions::anyOfTheJvm);
        return !(ShutdownHook.isUnderWay() && session.endsWithTheJvm());
    }

    static void remove(CuratorSession session) {
        SESSIONS.remove(session);
        ShutdownHook.keepWhile(StartedSessions::anyOfTheJvm);
    }

    private static boolean anyOfTheJvm() {
        return SESSIONS.stream().anyMatch(CuratorSession::endsWithTheJvm);
    }

    /**
     * See {@link io.perennial.SessionRegistry#sessions()}.
     *
     * @return a copy
     */
    public static List<ResilientSession> all() {
        return List.copyOf(SESSIONS);
    }

    /**
     * See {@link io.perennial.SessionRegistry#closeAll(ClassLoader, Duration)}.
     *
     * @param owner the loader
     * @param timeout how long to wait in all
     * @return how many
     */
    public static int closeAll(ClassLoader owner, Duration timeout) {
        Arguments.notNull("owner", owner, "give one");
        return closeAll(session -> belongs(session, owner), SessionCloser.Reason.CLOSED, timeout);
    }

    /**
     * See {@link io.perennial.SessionRegistry#closeAll(SessionOwner, Duration)}.
     *
     * @param owner the owner
     * @param timeout how long to wait in all
     * @return how many
     */
    public static int closeAll(SessionOwner owner, Duration timeout) {
        Arguments.notNull("owner", owner, "give one");
        return closeAll(session -> session.belongsTo(owner), SessionCloser.Reason.CLOSED, timeout);
    }

    private static int closeAll(Predicate<CuratorSession> which, SessionCloser.Reason reason, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it must be positive");
        }
        int begun = 0;
        var closing = new ArrayList<CuratorSession>();
        for (CuratorSession session : SESSIONS) {
            if (which.test(session)) {
                closing.add(session);
                begun += session.beginClose(reason) ? 1 : 0;
            }
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        for (CuratorSession session : closing) {
            if (!session.isCalledFromWithin()) {
                session.awaitClosed(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
        }
        return begun;
    }

    /** The JVM is shutting down: closes the sessions that no container ends. */
    static void closeAllOfTheJvm() {
        SESSIONS.stream()
                .filter(CuratorSession::endsWithTheJvm)
                .map(CuratorSession::closeTimeout)
                .max(Comparator.naturalOrder())
                .ifPresent(longest -> closeAll(CuratorSession::endsWithTheJvm, SessionCloser.Reason.JVM_ENDS, longest));
    }

    /** All of this copy's sessions belong to the owner of the copy itself, whichever thread built them. */
    private static boolean belongs(CuratorSession session, ClassLoader owner) {
        return Owners.isWithin(session.contextClassLoader(), owner)
                || session.belongsWithin(owner)
                || Owners.isWithin(Owners.libraryLoader(), owner);
    }
}
