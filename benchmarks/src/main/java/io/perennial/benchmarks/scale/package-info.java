/**
 * What many clients do to an ensemble, by a discrete-event model: the machinery first (a clock, stations, a listen
 * backlog), then servers and clients, then what happens to them, and the page that is written about it.
 */
@NullMarked
package io.perennial.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
