package io.perennial.benchmarks.scale;

/** What a client's own machine does, where it matters: many clients on the cores of one. */
final class Clients {
    /** Measured: 80 us. */
    static final long LOOK = 80 * Nanos.MICRO;
    /** Assumed, not fitted: no row below was used to choose it. */
    static final long CONNECT = 150 * Nanos.MICRO;

    static final long ATTACH = 150 * Nanos.MICRO;
    /** An asynchronous request of the client and its answer; assumed. */
    static final long REQUEST = 40 * Nanos.MICRO;

    private Clients() {}
}
