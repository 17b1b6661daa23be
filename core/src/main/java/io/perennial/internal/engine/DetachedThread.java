package io.perennial.internal.engine;

import java.security.AccessControlContext;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.security.ProtectionDomain;

/**
 * Creates threads that keep nothing of the code that happens to create them: neither its inheritable thread-locals nor,
 * before Java 24, the protection domains of what is on its stack, each of which holds a class loader (C16).
 */
public final class DetachedThread {
    private static final boolean WITHOUT_INHERITED_VALUES = false;

    private DetachedThread() {}

    /**
     * Creates a thread, which has the calling thread's context class loader until it is given another.
     *
     * @param task what it runs
     * @param name its name
     * @return the thread, not started
     */
    @SuppressWarnings("removal") // there is no other way while there are such contexts
    public static Thread of(Runnable task, String name) {
        PrivilegedAction<Thread> make = () -> new Thread(null, task, name, 0, WITHOUT_INHERITED_VALUES);
        return AccessController.doPrivileged(make, new AccessControlContext(new ProtectionDomain[0]));
    }
}
