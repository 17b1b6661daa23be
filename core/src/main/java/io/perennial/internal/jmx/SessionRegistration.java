package io.perennial.internal.jmx;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.ResilientSession;
import java.lang.management.ManagementFactory;
import java.util.function.BiConsumer;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * One session's registration in the platform's MBean server. The server holds the bean, and with it the session and its
 * class loader, until it is unregistered.
 *
 * <p>Nothing here throws: a server that refuses, or a Java runtime without JMX, is no reason for a session not to work.
 * Thread-safe. No lock is held while the server is called, because it notifies its listeners on the calling thread.
 */
public final class SessionRegistration {
    private static final int MOST_OF_ONE_NAME = 1_000;

    private final ResilientSession session;
    private final BiConsumer<String, Throwable> warn;
    private final Object lock = new Object();
    /** The name that it is registered under. */
    @GuardedBy("lock")
    private @Nullable ObjectName registered;

    @GuardedBy("lock")
    private boolean ended;

    /**
     * Creates it; nothing is registered yet.
     *
     * @param session the session
     * @param warn writes a line, for when it cannot be registered
     */
    public SessionRegistration(ResilientSession session, BiConsumer<String, Throwable> warn) {
        this.session = session;
        this.warn = warn;
    }

    /** Registers the session's bean with the server, unless {@link #end()} was called before. */
    public void begin() {
        try {
            ObjectName name = register(ManagementFactory.getPlatformMBeanServer());
            boolean tooLate;
            synchronized (lock) {
                tooLate = ended;
                registered = tooLate ? null : name;
            }
            if (tooLate) {
                unregister(name);
            }
        } catch (JMException | RuntimeException | LinkageError e) {
            warn.accept("cannot be registered with JMX; everything else works", e);
        }
    }

    private ObjectName register(MBeanServer server) throws JMException {
        var bean = new SessionBean(session);
        for (int instance = 1; ; instance++) {
            // A session's name has no character that an object name would have to quote.
            var name = new ObjectName("io.perennial:type=Session,name=" + session.name()
                    + (instance == 1 ? "" : ",instance=" + instance));
            try {
                return server.registerMBean(bean, name).getObjectName();
            } catch (InstanceAlreadyExistsException e) {
                if (instance == MOST_OF_ONE_NAME) {
                    throw e;
                }
            }
        }
    }

    /** Unregisters it. Does nothing when it is not registered. */
    public void end() {
        ObjectName name;
        synchronized (lock) {
            ended = true;
            name = registered;
            registered = null;
        }
        if (name != null) {
            try {
                unregister(name);
            } catch (JMException | RuntimeException | LinkageError e) {
                warn.accept("cannot be unregistered from JMX as " + name, e);
            }
        }
    }

    private static void unregister(ObjectName name) throws JMException {
        ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    }
}
