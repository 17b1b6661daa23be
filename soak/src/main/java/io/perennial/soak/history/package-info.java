/**
 * What each process of a random run has seen and done: one append-only file each, one line for each fact, on one clock.
 */
@NullMarked
package io.perennial.soak.history;

import org.jspecify.annotations.NullMarked;
