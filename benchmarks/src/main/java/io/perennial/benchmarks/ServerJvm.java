package io.perennial.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;

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
            try (var server = new TestingServer()) {
                System.out.println(server.getConnectString());
                Thread.currentThread().join();
            }
        }
    }
}
