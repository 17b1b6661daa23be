package io.perennial.operation;

/** What repeating a call would do; it decides what is retried. */
public enum Effect {
    /** Changes nothing: repeated freely. */
    READ,
    /** Applying it twice leaves the same result as applying it once: repeated freely. */
    IDEMPOTENT,
    /** Never repeated once it may have been applied. */
    ONCE
}
