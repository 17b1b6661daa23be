package io.perennial;

/** Something registered; closing takes it back. */
public interface Registration extends AutoCloseable {
    /** Takes the registration back; does nothing when it is already closed. Never blocks. */
    @Override
    void close();
}
