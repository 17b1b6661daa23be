package io.perennial.internal.owner;

import io.perennial.Registration;
import io.perennial.SessionOwner;
import io.perennial.internal.engine.Arguments;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The owners behind {@link SessionOwner}'s factory methods; internal to the library. */
public final class Owners {
    private static final SessionOwner JVM = new SessionOwner() {
        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public String describe() {
            return "the JVM";
        }
    };

    private static final ThreadLocal<SessionOwner> CURRENT = new ThreadLocal<>();

    private Owners() {}

    /**
     * See {@link SessionOwner#makeCurrent}.
     *
     * @param owner the owner of sessions built on this thread
     * @return ends that when closed
     */
    public static Registration makeCurrent(SessionOwner owner) {
        Arguments.notNull("owner", owner, "give one");
        Thread thread = Thread.currentThread();
        SessionOwner outer = CURRENT.get();
        CURRENT.set(owner);
        return () -> {
            if (Thread.currentThread() != thread) {
                return;
            }
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        };
    }

    /** The owner of a session that is built here and now. */
    public static SessionOwner owner(@Nullable SessionOwner given, ClassLoader home) {
        if (given != null) {
            return given;
        }
        return new ClassLoaderOwner(home, CURRENT.get());
    }

    /**
     * The JVM.
     *
     * @return always alive
     */
    public static SessionOwner jvm() {
        return JVM;
    }

    /**
     * A class loader, see {@link SessionOwner#ofClassLoader}.
     *
     * @param loader the loader
     * @return an owner
     */
    public static SessionOwner ofClassLoader(ClassLoader loader) {
        return new ClassLoaderOwner(
                Arguments.notNull("loader", loader, "give the class loader whose end should end the session"));
    }

    /**
     * The home loader of a session that is built here and now: the context class loader of its threads, and its owner
     * unless one was given.
     *
     * @param given the owner given, or null
     */
    public static ClassLoader home(@Nullable SessionOwner given) {
        return home(given, Thread.currentThread().getContextClassLoader(), libraryLoader());
    }

    /**
     * Usually the context class loader. A web application may build its session in a thread that knows nothing of it;
     * then the library's own loader decides, if it is a web application's. And a session for the whole JVM must not
     * hold the web application that happened to ask for it first.
     */
    public static ClassLoader home(@Nullable SessionOwner given, @Nullable ClassLoader context, ClassLoader library) {
        if (context == null) {
            return library;
        }
        TomcatWebApplication around = TomcatWebApplication.around(context);
        if (around == null) {
            return TomcatWebApplication.around(library) == null ? context : library;
        }
        return given == JVM && !isWithin(library, around.loader()) ? library : context;
    }

    /** The loader of this copy of the library. */
    public static ClassLoader libraryLoader() {
        return Objects.requireNonNullElseGet(Owners.class.getClassLoader(), ClassLoader::getSystemClassLoader);
    }

    /** Whether it is that loader or a descendant of it. */
    public static boolean isWithin(@Nullable ClassLoader loader, @Nullable ClassLoader ancestor) {
        for (ClassLoader l = loader; l != null; l = l.getParent()) {
            if (l == ancestor) {
                return true;
            }
        }
        return false;
    }
}
