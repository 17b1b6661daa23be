package io.perennial.testing;

import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import java.nio.file.Path;

/** Servers of those releases that core's build puts beside the class path. */
public final class OldServers {
    private OldServers() {}

    /** A server's settings; {@code release} is one of the POM, or of its profile "versions". */
    public static ServerProcess.Builder of(String release) {
        return ZooKeeperServers.process().release(Path.of("target", "old-servers", release));
    }
}
