/**
 * What sessions tell JDK Flight Recorder: one event class for each thing worth telling, and {@link
 * io.perennial.telemetry.FlightJournal}, through which the rest of the library tells it. Internal to the library; the
 * names and fields of the events are a contract. No other class may name one of {@code jdk.jfr}, so that sessions work
 * in a Java runtime without it.
 */
@NullMarked
package io.perennial.telemetry;

import org.jspecify.annotations.NullMarked;
