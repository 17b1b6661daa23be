package io.perennial.samples.quickstart;

import java.util.List;

/** The servers to run against, and the faults that can be caused there. */
interface Faults extends AutoCloseable {
    /** Makes sure that the servers run, if this program starts them. */
    void start() throws Exception;

    /** The servers, for people. */
    String where();

    /** Where the application connects. */
    String connectString();

    /** Where the independent client connects, bypassing all faults. */
    String directConnectString();

    /** Whether others use the servers, too: then nothing may be left there. */
    boolean isShared();

    /** The faults, in the order in which to cause them. */
    List<Fault> faults(Scene scene);

    @Override
    void close();
}
