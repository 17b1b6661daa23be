/**
 * The incident that this library exists for, replayed: {@link io.perennial.samples.incident.Replay} is the course of
 * events, {@code webapp} the applications that it happens to; the other classes count, judge and draw.
 */
@NullMarked
package io.perennial.samples.incident;

import org.jspecify.annotations.NullMarked;
