package io.perennial.test;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a test has opened; closed after it, the last one first. For one thread. */
public class Opened implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Has opened nothing yet. */
    public Opened() {}

    /**
     * Closes something together with this.
     *
     * @param <T> its type
     * @param resource what is open
     * @return the same
     */
    public <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Closes everything, whatever fails; throws the last failure at the end. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                failure = e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
