/**
 * A session's events for JDK Flight Recorder: one class for each, and {@link
 * io.perennial.internal.telemetry.FlightJournal}, through which the rest of the library records them. The names and
 * fields of the events are a contract. No other class may name one of {@code jdk.jfr}, so that sessions work in a Java
 * runtime without it.
 */
@NullMarked
package io.perennial.internal.telemetry;

import org.jspecify.annotations.NullMarked;
