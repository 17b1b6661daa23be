package io.perennial.operation;

/** What repeating a call would do; it decides what is retried. */
public enum Effect {
    /** Changes nothing: repeated freely. */
    READ,
    /** Applied twice it leaves the same result as applied once: repeated freely. */
    IDEMPOTENT,
    /** Never repeated once it may have been applied. */
    ONCE
}
