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
 */
final class PromptAttempts {
    private static final String THREAD = "org.apache.zookeeper.ClientCnxn$SendThread";

    private final @Nullable Field first;
    private final @Nullable String obstacle;

    interface Lookup {
        Field field() throws ReflectiveOperationException;
    }

    PromptAttempts() {
        this(() ->
                Class.forName(THREAD, false, ClientCnxn.class.getClassLoader()).getDeclaredField("isFirstConnect"));
    }

    PromptAttempts(Lookup lookup) {
        Field found = null;
        String why = null;
        try {
            found = lookup.field();
            found.setAccessible(true);
            if (found.getType() != boolean.class) {
                throw new NoSuchFieldException(found + " is no boolean");
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            why = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        this.first = why == null ? found : null;
        this.obstacle = why;
    }

    /** Why the client makes its pauses; null when it does not. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    /** Spares the calling thread its next pause, if it is one of a client. As that would, it forgets an interrupt. */
    void next() {
        Thread caller = Thread.currentThread();
        try {
            if (first != null && first.getDeclaringClass().isInstance(caller)) {
                first.setBoolean(caller, true);
                Thread.interrupted();
            }
        } catch (IllegalAccessException e) {
            // It was accessible before; the client makes its pause.
        }
    }
}
