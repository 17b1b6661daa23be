package io.perennial.tomcat.reaper;

/** For tests that have made an orphan on purpose. */
public final class Orphans {
    private Orphans() {}

    /** Ends what the loader's application has left, and its threads in any case. */
    public static void end(String application, ClassLoader loader) {
        new ZooKeeperReaper().reap(application, loader);
    }
}
