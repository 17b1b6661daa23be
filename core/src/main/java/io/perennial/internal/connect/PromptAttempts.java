package io.perennial.internal.connect;

import java.lang.reflect.Field;
import org.apache.zookeeper.ClientCnxn;
import org.jspecify.annotations.Nullable;

/**
 * Spares a handle the pause that ZooKeeper's client makes before each attempt but its first: up to a second, at random.
 *
 * <p>The client knows the first by a field of its connecting thread, {@code isFirstConnect}, which serves nothing else:
 * it is true until a TCP connection was made. Whoever asks a {@code HostProvider} for the next server <em>is</em> that
 * thread; so the field is set back right before the answer. ZooKeeper is no module of the JDK, so that takes no
 * {@code --add-opens}. The pauses between attempts are then those of {@link Attempts} alone, which spread a crowd only
 * where there is one.
 *
 * <p>Where the field is missing or closed the client makes its pause, as it always has, and nothing else changes.
 *
 * <p>Concurrency: the field is plain, and read and written by its own thread only.
 */
final class PromptAttempts {
    private static final String THREAD = "org.apache.zookeeper.ClientCnxn$SendThread";
    private static final String FIELD = "isFirstConnect";

    private final @Nullable Field first;
    private final @Nullable String obstacle;

    /** Finds the field. */
    interface Lookup {
        Field field() throws ReflectiveOperationException;
    }

    /** With the field of the client that there is. */
    PromptAttempts() {
        this(() ->
                Class.forName(THREAD, false, ClientCnxn.class.getClassLoader()).getDeclaredField(FIELD));
    }

    PromptAttempts(Lookup lookup) {
        Field found = null;
        String why = null;
        try {
            Field field = lookup.field();
            field.setAccessible(true);
            if (field.getType() != boolean.class) {
                throw new NoSuchFieldException(field + " is no boolean");
            }
            found = field;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            why = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        this.first = found;
        this.obstacle = why;
    }

    /** Why the client makes its pauses; null when it does not. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    /**
     * Spares the calling thread its next pause, if it is one of a client. An interrupt would have ended that pause and
     * been forgotten; nobody is entitled to interrupt this thread, so it is forgotten here.
     */
    void next() {
        Thread caller = Thread.currentThread();
        if (first == null || !first.getDeclaringClass().isInstance(caller)) {
            return;
        }
        try {
            first.setBoolean(caller, true);
            Thread.interrupted();
        } catch (IllegalAccessException | IllegalArgumentException e) {
            // It was accessible before; the client makes its pause.
        }
    }
}
