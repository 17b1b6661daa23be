package io.perennial.versions;

import io.perennial.internal.handle.WatchTablesTest;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import java.nio.file.Path;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.Version;

/**
 * Plays what is essential with the client libraries on its class path, and prints with which, and for each "yes" or
 * why not. Argument: a directory with the jars of the server.
 */
final class OldClientProgram {
    static final String CLIENTS = "CLIENTS ";
    static final String PLAYED = "PLAYED ";
    static final String TABLES = "TABLES ";
    static final String END = "END";

    private OldClientProgram() {}

    public static void main(String[] arguments) {
        System.out.println(CLIENTS + Version.getVersion().replaceFirst("-$", "") + ", "
                + CuratorFramework.class.getPackage().getImplementationVersion());
        System.out.println(TABLES + WatchTablesTest.areThere());
        try (ServerProcess server = ZooKeeperServers.process()
                .release(Path.of(arguments[0]))
                .jvmOption("-Dznode.container.checkIntervalMs=300")
                .start()) {
            Essential.playAllAt(server)
                    .forEach((essential, refusal) ->
                            System.out.println(PLAYED + essential.name() + " " + refusal.orElse("")));
        }
        System.out.println(END);
        System.exit(0);
    }
}
