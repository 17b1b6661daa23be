package io.perennial.soak.work;

/** Something that one session at most may have at a time, as its holder sees it. Thread-safe. */
interface Claim {
    /** What, by its path on the servers. */
    String what();

    /** Changes whenever it is acquired, given up, or may have been lost. */
    long token();

    /** Whether the session has it, for all that the recipe says. */
    boolean isHeld();

    /** Nanos at which it was acquired. */
    long since();
}
