package io.perennial.versions;

import io.perennial.internal.connect.PromptClient;
import org.apache.zookeeper.Version;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** Prints whether the client beneath lets itself be spared its pauses, and whether it takes the socket named to it. */
final class PromptClientProgram {
    static final String CLIENT = "CLIENT ";
    static final String PAUSES = "PAUSES ";
    static final String SOCKET = "SOCKET ";

    private PromptClientProgram() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println(CLIENT + Version.getVersion());
        System.out.println(PAUSES + PromptClient.now().whyPauses());
        ZKClientConfig config = PromptClient.now().prepare(new ZKClientConfig());
        try (var zooKeeper = new ZooKeeper("127.0.0.1:1", 4_000, event -> {}, config)) {
            System.out.println(SOCKET + config.getProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET) + " in "
                    + zooKeeper.getState());
        }
        System.exit(0);
    }
}
