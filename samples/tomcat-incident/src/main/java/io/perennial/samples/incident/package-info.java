/**
 * A replay of the incident that led to this library: {@link io.perennial.samples.incident.Replay} is the course of
 * events, {@code webapp} has the applications; the other classes count, judge and draw.
 */
@NullMarked
package io.perennial.samples.incident;

import org.jspecify.annotations.NullMarked;
