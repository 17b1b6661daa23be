/**
 * The random run: a conductor starts servers and client JVMs, plays storms of faults, waits until every session is
 * well again, and has the judges check. A finding is reported with its seed, its schedule and a timeline.
 *
 * <p>The conductor knows no rule about nodes, watches, writes or leases: those belong to the judges ({@code check}).
 * {@code work} is what clients do, {@code history} records what they have seen, and {@code fault} is what goes wrong
 * around them. A class belongs here when it puts these together.
 */
@NullMarked
package io.perennial.soak;

import org.jspecify.annotations.NullMarked;
