package io.perennial;

import io.perennial.internal.owner.Owners;

/**
 * What a session must not outlive: the JVM, a web application's class loader, a context. The session asks its owner at
 * each tick of its engine and before each connection attempt, and closes itself when the owner has ended.
 */
public interface SessionOwner {
    /**
     * Whether the owner is still alive. Called often, from the session's threads: it must be quick and never block. If
     * it throws, the owner counts as alive.
     *
     * @return false once it has ended
     */
    boolean isAlive();

    /**
     * What the owner is, for logs.
     *
     * @return for example {@code "web application /shop"}
     */
    String describe();

    /**
     * The JVM. A session that belongs to it is closed when the JVM shuts down, which waits for that up to the session's
     * close timeout. So is a session that belongs to a class loader which is not a web application's, unless a
     * surrounding context ends it. A session that starts while the JVM shuts down is closed at once. The JVM's shutdown
     * hooks run concurrently: if you need an order, close the session yourself, with {@link
     * ResilientSession.Builder#closeAtShutdown closeAtShutdown(false)}.
     *
     * @return an owner that is always alive
     */
    static SessionOwner jvm() {
        return Owners.jvm();
    }

    /**
     * A class loader. When it is a web application's or descends from one (Tomcat 9 to 11: it has a {@code
     * getState()}), the owner has ended when that loader is stopping, stopped, failed or destroyed; when its context
     * has failed, as after an initializer that threw, or has been stopped or destroyed; and when a reload has given the
     * context another loader. While the application's own {@code contextDestroyed} methods run, the owner is still
     * alive. Any other loader counts as alive until it is garbage-collected. The loader is held weakly.
     *
     * <p>Without an {@link ResilientSession.Builder#owner(SessionOwner) owner} a session belongs to the context class
     * loader of the thread that builds it; if that is not a web application's, but the loader of this library is, it
     * belongs to the latter.
     *
     * @param loader the loader
     * @return an owner
     */
    static SessionOwner ofClassLoader(ClassLoader loader) {
        return Owners.ofClassLoader(loader);
    }

    /**
     * Makes the given owner that of every session that the calling thread builds from now on without an explicit
     * {@linkplain ResilientSession.Builder#owner(SessionOwner) owner}, in addition to the session's class loader: for a
     * host that runs other people's code at its start, as an application context does.
     *
     * @param owner the owner of those sessions
     * @return to be closed on the same thread, which restores the previous owner; on another thread it does nothing
     */
    static Registration makeCurrent(SessionOwner owner) {
        return Owners.makeCurrent(owner);
    }
}
