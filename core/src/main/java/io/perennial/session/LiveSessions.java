package io.perennial.session;

import io.perennial.ResilientSession;
import io.perennial.SessionOwner;
import io.perennial.engine.Arguments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** What {@link io.perennial.SessionRegistry} lists; internal to the library. */
public final class LiveSessions {
    private static final Set<CuratorSession> SESSIONS = ConcurrentHashMap.newKeySet();

    private LiveSessions() {}

    static void add(CuratorSession session) {
        SESSIONS.add(session);
    }

    static void remove(CuratorSession session) {
        SESSIONS.remove(session);
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
     * See {@link io.perennial.SessionRegistry#closeAll}.
     *
     * @param owner the loader
     * @param timeout how long to wait in all
     * @return how many
     */
    public static int closeAll(ClassLoader owner, Duration timeout) {
        Arguments.notNull("owner", owner, "give one");
        return closeAll(session -> belongs(session, owner), timeout);
    }

    /**
     * See {@link io.perennial.SessionRegistry#closeAll}.
     *
     * @param owner the owner
     * @param timeout how long to wait in all
     * @return how many
     */
    public static int closeAllOf(SessionOwner owner, Duration timeout) {
        Arguments.notNull("owner", owner, "give one");
        return closeAll(session -> session.belongsTo(owner), timeout);
    }

    private static int closeAll(Predicate<CuratorSession> which, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it must be positive");
        }
        var closing = new ArrayList<CuratorSession>();
        for (CuratorSession session : SESSIONS) {
            if (which.test(session) && session.beginClose(SessionCloser.Reason.CLOSED)) {
                closing.add(session);
            }
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        for (CuratorSession session : closing) {
            session.awaitClosed(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
        return closing.size();
    }

    /** All of this copy's sessions belong to whom the copy itself belongs to, whoever's thread built them. */
    private static boolean belongs(CuratorSession session, ClassLoader owner) {
        return Owners.isWithin(session.contextClassLoader(), owner) || Owners.isWithin(Owners.libraryLoader(), owner);
    }
}
