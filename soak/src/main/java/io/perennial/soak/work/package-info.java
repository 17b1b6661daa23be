/**
 * The client JVMs of a random run: sessions that work at random, all the time, and the questions that the conductor
 * asks them by lines on their standard input. What they see goes to files of {@code history}, unjudged.
 */
@NullMarked
package io.perennial.soak.work;

import org.jspecify.annotations.NullMarked;
