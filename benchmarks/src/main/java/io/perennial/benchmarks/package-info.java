/** Measurements, run by hand: plain main classes, one for each question. */
@NullMarked
package io.perennial.benchmarks;

import org.jspecify.annotations.NullMarked;
