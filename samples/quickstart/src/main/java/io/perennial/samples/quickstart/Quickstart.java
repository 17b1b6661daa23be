package io.perennial.samples.quickstart;

import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Placeholder: starts the embedded server, connects, prints a line. */
@Command(name = "quickstart", mixinStandardHelpOptions = true)
public final class Quickstart implements Callable<Integer> {

    @Option(names = "--nodes", description = "how many nodes to register (default: ${DEFAULT-VALUE})")
    private int nodes = 10;

    @Override
    public Integer call() throws Exception {
        try (var server = new TestingServer();
                var curator = CuratorFrameworkFactory.newClient(server.getConnectString(), new RetryOneTime(100))) {
            curator.start();
            System.out.println(
                    "nodes=" + nodes + " root=" + curator.getChildren().forPath("/"));
        }
        return nodes < 0 ? 3 : 0;
    }

    /**
     * Runs the program.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Quickstart()).execute(args));
    }
}
