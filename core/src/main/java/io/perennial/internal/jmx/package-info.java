/**
 * Registers sessions as management beans. What people look at while a session runs belongs here; what is recorded for
 * later is in {@code io.perennial.internal.telemetry}.
 */
@NullMarked
package io.perennial.internal.jmx;

import org.jspecify.annotations.NullMarked;
