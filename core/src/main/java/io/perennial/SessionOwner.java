package io.perennial;

import io.perennial.internal.owner.Owners;

/**
 * Whoever's end must end the session: the JVM, a web application's class loader, a context. The session asks at each
 * tick of its engine and before each connection attempt, and closes itself when its owner has ended.
 */
public interface SessionOwner {
    /**
     * Whether the owner still lives. Called often, from the session's threads: quick, never blocking. What it throws is
     * taken for "alive".
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
     * close timeout; so is one that belongs to a class loader which is no web application's, unless a context around it
     * ends it. One that starts while the JVM shuts down is closed at once. The JVM's shutdown hooks run side by side: for
     * an order of your own give an owner of your own, and close the session yourself.
     *
     * @return an owner that is always alive
     */
    static SessionOwner jvm() {
        return Owners.jvm();
    }

    /**
     * A class loader. When it is a web application's or descends from one (Tomcat 9 to 11: it has a {@code getState()}),
     * the owner has ended when that loader is stopping, stopped, failed or destroyed; when its context has failed, as
     * after an initializer that threw, or has been stopped or destroyed; and when a reload has given the context another
     * loader. While the application's own {@code contextDestroyed} methods run it still lives. Any other loader counts
     * as alive until it is garbage. The loader is held weakly.
     *
     * <p>Without an {@link ResilientSession.Builder#owner(SessionOwner) owner} a session belongs to the context class loader of the thread that builds it; if that is no web application's, but the loader of this library is, then to
     * the latter.
     *
     * @param loader the loader
     * @return an owner
     */
    static SessionOwner ofClassLoader(ClassLoader loader) {
        return Owners.ofClassLoader(loader);
    }

    /**
     * Makes an owner that of every session which the calling thread builds from now on without an {@linkplain
     * ResilientSession.Builder#owner(SessionOwner) owner} of its own, in addition to its class loader: for a host that runs
     * other people's code at its start, as an application context does.
     *
     * @param owner whom those sessions belong to
     * @return to be closed on the same thread, which makes current what was so before; on another thread it does nothing
     */
    static Registration makeCurrent(SessionOwner owner) {
        return Owners.makeCurrent(owner);
    }
}
