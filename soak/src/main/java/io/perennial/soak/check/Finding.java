package io.perennial.soak.check;

/**
 * Something that must not be.
 *
 * @param judge who found it
 * @param what a sentence with paths, sessions and times
 */
public record Finding(String judge, String what) {}
