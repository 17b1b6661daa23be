package io.perennial.soak.history;

/**
 * A fact as a person reads it, for the timeline.
 *
 * @param nanos on the clock that all processes of the machine share ({@code System.nanoTime})
 * @param wallMillis since 1970
 * @param who a session, a worker, or the conductor
 * @param what in words
 */
public record Moment(long nanos, long wallMillis, String who, String what) {}
