package io.perennial.benchmarks.rows;

/** Work that is measured, ready to be done again and again. */
public interface Trial extends AutoCloseable {
    /**
     * Does the work once, and checks by an observer that it was done.
     *
     * @return the figure, in the row's unit
     * @throws Exception when something fails, or was not done
     */
    double run() throws Exception;

    @Override
    void close();
}
