package io.perennial.spring.boot;

import io.perennial.test.JvmProcess;
import io.perennial.test.TlsKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.zookeeper.server.NettyServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServerMain;

/**
 * A ZooKeeper server that speaks TLS alone, with a {@code zoo.cfg} as anybody's. In a JVM of its own, for it takes its stores
 * from system properties, and there a client would find them, too.
 */
public final class TlsServer implements AutoCloseable {
    private final int port;
    private final JvmProcess process;

    /**
     * Starts it.
     *
     * @param directory for its files
     * @param keys the server's own
     * @param trusted whose clients it accepts
     * @param clientAuth {@code none} or {@code need}
     */
    public TlsServer(Path directory, TlsKeys keys, TlsKeys trusted, String clientAuth) throws IOException {
        this(freePort(), directory, keys, trusted, clientAuth);
    }

    /** On a port that another had. */
    public TlsServer(int port, Path directory, TlsKeys keys, TlsKeys trusted, String clientAuth) throws IOException {
        this.port = port;
        Files.createDirectories(directory);
        Path config = Files.writeString(directory.resolve("zoo.cfg"), """
            dataDir=%s
            tickTime=500
            minSessionTimeout=500
            maxSessionTimeout=60000
            secureClientPort=%d
            secureClientPortAddress=127.0.0.1
            serverCnxnFactory=%s
            ssl.keyStore.location=%s
            ssl.keyStore.password=%s
            ssl.trustStore.location=%s
            ssl.trustStore.password=%s
            ssl.clientAuth=%s
            ssl.clientHostnameVerification=false
            """.formatted(
                        directory.resolve("data"),
                        port,
                        NettyServerCnxnFactory.class.getName(),
                        keys.keyStore(),
                        TlsKeys.PASSWORD,
                        trusted.trustStore(),
                        TlsKeys.PASSWORD,
                        clientAuth));
        Path logging = Files.writeString(directory.resolve("logback.xml"), """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level [%thread] %logger{0} %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="out"/></root>
            </configuration>
            """);
        process = JvmProcess.start(
                List.of(
                        "-Dzookeeper.admin.enableServer=false",
                        "-Dzookeeper.forceSync=no",
                        "-Dlogback.configurationFile=" + logging),
                ZooKeeperServerMain.class,
                config.toString());
    }

    public String connectString() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    public TlsServer awaitServing() {
        process.awaitLine(line -> line.contains("bound to port " + port));
        return this;
    }

    /** A place to look on from with {@link #awaitRefusalAfter}. */
    int lineCount() {
        return process.lineCount();
    }

    /** The server comes to no terms with a client. */
    void awaitRefusalAfter(int line) {
        process.awaitLineAfter(line, text -> text.contains("Unsuccessful handshake"));
    }

    @Override
    public void close() {
        process.close();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
