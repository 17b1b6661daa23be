package io.perennial.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/** A server in a separate JVM, so that it shares neither heap nor compiler with what is measured. */
final class ServerJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final String connectString;

    /** Starts it, with further JVM options. */
    ServerJvm(String... options) throws IOException {
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dlog=OFF",
                        "-Dzookeeper.admin.enableServer=false",
                        "-cp",
                        System.getProperty("java.class.path"))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.command().addAll(2, List.of(options));
        builder.command().add(Main.class.getName());
        process = builder.start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        connectString = out.readLine();
    }

    String connectString() {
        return connectString;
    }

    /** A server whose disk takes that many milliseconds for each fsync, however much it writes. */
    static ServerJvm withSlowDisk(int millis) throws IOException {
        return new ServerJvm("-Dzookeeper.forceSync=no", "-Dbenchmark.sync=" + millis);
    }

    /** At once, as in a crash: its port refuses connections from then on. */
    void kill() throws InterruptedException {
        boolean unused = process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            boolean unused = process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.close();
    }

    /** In that JVM; ends when its parent says so. */
    static final class Main {
        private Main() {}

        /**
         * Starts it and prints where it listens.
         *
         * @param args none
         * @throws Exception when it cannot start
         */
        public static void main(String[] args) throws Exception {
            int sync = Integer.getInteger("benchmark.sync", 0);
            if (sync > 0) {
                System.out.println(serveWithSlowDisk(sync));
                Thread.currentThread().join();
            }
            try (var server = new TestingServer()) {
                System.out.println(server.getConnectString());
                Thread.currentThread().join();
            }
        }

        /** As on a disk that takes that long for each fsync, however much it writes. */
        private static String serveWithSlowDisk(int millis) throws Exception {
            File data = Files.createTempDirectory("benchmark-").toFile();
            var log = new FileTxnSnapLog(data, data) {
                @Override
                public void commit() throws IOException {
                    super.commit();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
                }
            };
            var server = new ZooKeeperServer(log, 2_000, -1, -1, -1, null, "");
            var factory =
                    ServerCnxnFactory.createFactory(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 60);
            factory.startup(server);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                factory.shutdown();
                File[] files = data.toPath().resolve("version-2").toFile().listFiles();
                if (files != null) {
                    List.of(files).forEach(File::delete);
                }
            }));
            return "127.0.0.1:" + factory.getLocalPort();
        }
    }
}
