package io.perennial.test;

import java.util.function.IntPredicate;

/** The faults that an {@link EmbeddedServer} currently simulates; they survive the server's restarts. Thread-safe. */
final class ServerQuirks {
    final Reaping reaping = new Reaping();
    volatile IntPredicate throttled = opCode -> false;
    volatile IntPredicate unknown = opCode -> false;
    volatile int maxRequest = Integer.MAX_VALUE;
}
