package io.perennial.test;

import java.util.function.IntPredicate;

/** What an {@link EmbeddedServer} is to do wrong at the moment; it outlives the server's restarts. Thread-safe. */
final class ServerQuirks {
    final Reaping reaping = new Reaping();
    volatile IntPredicate throttled = opCode -> false;
    volatile IntPredicate unknown = opCode -> false;
    volatile int maxRequest = Integer.MAX_VALUE;
}
