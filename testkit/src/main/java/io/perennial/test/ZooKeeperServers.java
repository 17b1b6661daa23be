package io.perennial.test;

/** Where tests get their servers from. Everything listens on 127.0.0.1, on free ports. */
public final class ZooKeeperServers {
    private ZooKeeperServers() {}

    /**
     * A server in this JVM: it starts in a tenth of a second, and can be inspected. Enough for most tests.
     *
     * @return its settings; {@code start()} starts it
     */
    public static EmbeddedServer.Builder embedded() {
        return EmbeddedServer.builder();
    }

    /**
     * A server in a separate JVM: to be killed, stopped and continued, or to have settings that apply to a whole JVM,
     * such as {@code jute.maxbuffer} and TLS.
     *
     * @return its settings; {@code start()} starts it
     */
    public static ServerProcess.Builder process() {
        return new ServerProcess.Builder();
    }

    /**
     * Several servers, each in a separate JVM, that form an ensemble.
     *
     * @param size how many; an odd number tolerates the most failures
     * @return its settings; {@code start()} starts it
     * @throws IllegalArgumentException when there would be none
     */
    public static ZooKeeperEnsemble.Builder ensemble(int size) {
        return new ZooKeeperEnsemble.Builder(size);
    }
}
