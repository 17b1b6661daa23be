package io.perennial.internal.connect;

/** A client whose constructor has not returned yet, and may never return: then nothing else has a reference to it. */
public interface UnfinishedClient {
    /** Whether its constructor got as far as starting the threads of its connection. */
    boolean hasConnectionThreads();
}
