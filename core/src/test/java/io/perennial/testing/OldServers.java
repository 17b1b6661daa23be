package io.perennial.testing;

import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import java.nio.file.Path;
import org.apache.zookeeper.Version;

/** Servers of those releases that core's build puts beside the class path, and of the one that is on it. */
public final class OldServers {
    private OldServers() {}

    /** A server's settings; {@code release} is one of the POM, or of its profile "versions". */
    public static ServerProcess.Builder of(String release) {
        ServerProcess.Builder server = ZooKeeperServers.process();
        return release.equals(Version.getVersion())
                ? server
                : server.release(Path.of("target", "old-servers", release));
    }
}
