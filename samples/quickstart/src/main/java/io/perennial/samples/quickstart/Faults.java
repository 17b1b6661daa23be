package io.perennial.samples.quickstart;

import java.util.List;

/** A place to run against, and the faults that can be produced there. */
interface Faults extends AutoCloseable {
    /** Makes sure that it runs, if that is for us to do. */
    void start() throws Exception;

    /** The place, for people. */
    String where();

    /** Where the application connects. */
    String connectString();

    /** Where the independent client connects, past any fault. */
    String directConnectString();

    /** Whether others use the place, too, and later: then nothing may be left there. */
    boolean isShared();

    /** The faults, in the order in which to produce them. */
    List<Fault> faults(Scene scene);

    @Override
    void close();
}
