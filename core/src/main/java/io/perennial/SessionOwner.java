package io.perennial;

import io.perennial.session.Owners;

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
     * The JVM: never ends before its threads do.
     *
     * @return an owner that is always alive
     */
    static SessionOwner jvm() {
        return Owners.jvm();
    }

    /**
     * A class loader. One that can tell its state (Tomcat's web application loaders: {@code getState()}) has ended when
     * it is stopping, stopped, failed or destroyed; one that cannot counts as alive until it is garbage. The loader is
     * held weakly.
     *
     * @param loader the loader
     * @return an owner
     */
    static SessionOwner ofClassLoader(ClassLoader loader) {
        return Owners.ofClassLoader(loader);
    }
}
