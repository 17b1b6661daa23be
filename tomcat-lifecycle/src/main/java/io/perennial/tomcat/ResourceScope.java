package io.perennial.tomcat;

import io.perennial.SessionOwner;
import java.util.function.Supplier;
import javax.naming.Context;
import javax.naming.NameClassPair;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import org.apache.catalina.loader.WebappClassLoaderBase;
import org.apache.naming.ContextBindings;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a JNDI resource: the web application in whose naming context it is defined, or the container.
 *
 * @param owner what the session must not outlive
 * @param classLoader the context class loader under which it must be made
 * @param isEnding whether the application or container has begun to stop
 */
record ResourceScope(SessionOwner owner, ClassLoader classLoader, boolean isEnding) {
    /** A container that ends closes its resources itself, after its applications have stopped. */
    private static final SessionOwner CONTAINER = new SessionOwner() {
        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public String describe() {
            return "Tomcat";
        }
    };

    /**
     * The scope of what is looked up on the calling thread.
     *
     * @param nameContext where the resource is defined
     * @param library the library's own class loader
     */
    static ResourceScope of(@Nullable Context nameContext, ClassLoader library) throws NamingException {
        ClassLoader calling = Thread.currentThread().getContextClassLoader();
        WebappClassLoaderBase around = TomcatApplication.loaderAround(calling);
        if (around != null
                && ContextBindings.isClassLoaderBound()
                && (nameContext == null || isWithin(ContextBindings.getClassLoader(), nameContext))) {
            return new ResourceScope(
                    SessionOwner.ofClassLoader(calling), calling, TomcatApplication.isStopping(around));
        }
        WebappClassLoaderBase application = TomcatApplication.loaderAround(library);
        if (application != null) {
            throw new IllegalArgumentException("a global resource is shared by applications and outlives each of them:"
                    + " put this library into Tomcat's own class path, not into that of web application '"
                    + application.getContextName() + "'");
        }
        return new ResourceScope(CONTAINER, library, false);
    }

    /** Runs with the scope's class loader as the thread's context class loader. */
    <T> T call(Supplier<T> task) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classLoader);
        try {
            return task.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Whether one naming context is the other or somewhere below it. Resolves nothing on the way but contexts. */
    // Tomcat's contexts hold their entries in memory: nothing is fetched or deserialized.
    @SuppressWarnings("BanJNDI")
    private static boolean isWithin(Context context, Context sought) throws NamingException {
        if (context == sought) {
            return true;
        }
        NamingEnumeration<NameClassPair> entries = context.list("");
        while (entries.hasMore()) {
            NameClassPair entry = entries.next();
            if (entry.getClassName().equals(sought.getClass().getName())
                    && context.lookup(entry.getName()) instanceof Context below
                    && isWithin(below, sought)) {
                return true;
            }
        }
        return false;
    }
}
