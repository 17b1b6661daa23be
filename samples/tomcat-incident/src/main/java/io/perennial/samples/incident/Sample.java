package io.perennial.samples.incident;

/**
 * What exists of an application at one moment.
 *
 * @param at seconds since the start failed; before that negative
 * @param open connections that it has open
 * @param threads threads that it has made and that are alive
 * @param node whether the server has its ephemeral node
 * @param log bytes that it has caused in Tomcat's log
 * @param loaderCollected whether its class loader has been garbage-collected
 */
record Sample(double at, int open, int threads, boolean node, long log, boolean loaderCollected) {

    /** Whether nothing of it runs, here or at the server. */
    boolean isClean() {
        return threads == 0 && open == 0 && !node;
    }

    /** The same on a clock that started {@code seconds} later. */
    Sample after(double seconds) {
        return new Sample(at - seconds, open, threads, node, log, loaderCollected);
    }
}
