package io.perennial;

/** A registration, which closing removes. */
public interface Registration extends AutoCloseable {
    /** Removes the registration; does nothing when it is already closed. Never blocks. */
    @Override
    void close();
}
