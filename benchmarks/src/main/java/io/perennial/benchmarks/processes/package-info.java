/** The harness: whole processes in turns, what they answer, and the program that runs them all. */
@NullMarked
package io.perennial.benchmarks.processes;

import org.jspecify.annotations.NullMarked;
