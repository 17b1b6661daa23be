package io.perennial.internal.connect;

/** A client whose constructor has not returned yet, and may never: then nobody else has it. */
public interface HalfMadeClient {
    /** Whether its constructor got as far as to begin the threads of its connection. */
    boolean hasConnectionThreads();
}
