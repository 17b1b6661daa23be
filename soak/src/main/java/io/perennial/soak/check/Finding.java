package io.perennial.soak.check;

/**
 * A violation.
 *
 * @param judge who found it
 * @param what a sentence with paths, sessions and times
 */
public record Finding(String judge, String what) {}
