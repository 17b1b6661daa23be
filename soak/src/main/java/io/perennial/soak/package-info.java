/**
 * The random run: a conductor starts servers and client JVMs, lets storms of faults pass over them, waits until every
 * session is well again, and has the judges look. What goes wrong is told with its seed, its schedule and a timeline.
 *
 * <p>The conductor knows no rule about nodes, watches, writes or leases: those are judges' ({@code check}). What
 * clients do is {@code work}'s, what they have seen is in the files of {@code history}, what goes wrong around them is
 * {@code fault}'s. A class belongs here when it puts these together.
 */
@NullMarked
package io.perennial.soak;

import org.jspecify.annotations.NullMarked;
