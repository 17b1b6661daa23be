package io.perennial.soak.work;

/** Something that only one session may have at a time, such as a mutex, as its holder sees it. Thread-safe. */
interface Claim {
    /** What, by its path on the servers. */
    String what();

    /** Changes whenever it is acquired, given up, or may have been lost. */
    long token();

    /** Whether the session has it, according to the recipe. */
    boolean isHeld();

    /** Nanos at which it was acquired. */
    long since();
}
