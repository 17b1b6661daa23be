package io.perennial.test;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.zookeeper.client.FourLetterWordMain;
import org.apache.zookeeper.common.X509Exception.SSLContextException;
import org.apache.zookeeper.server.ZooKeeperServerMain;

/**
 * A ZooKeeper server in a JVM of its own, on a fixed free port of 127.0.0.1 with its data in a temporary directory.
 *
 * <p>Faults: {@link #kill()} (SIGKILL, a crash), {@link #stop()} (SIGTERM), {@link #pause()} (SIGSTOP: the port still
 * accepts, nothing answers, the sessions' clocks stand still). Data and sessions survive {@link #restart()}.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PROBE_MILLIS = 2_000;
    private static final Path OLD_SERVERS = Path.of("target", "old-servers");

    private final TempDirectory directory = new TempDirectory("zookeeper-process-");
    private final int port;
    private final String mainClass;
    private final Path config;
    private final List<String> jvmOptions;

    private String classPath = ChildJvm.OWN_CLASS_PATH;
    private ChildJvm jvm;
    private boolean paused;

    /** A server whose {@code zoo.cfg} is the common part (port, data, timeouts) and {@code moreConfig}. */
    ServerProcess(Class<?> mainClass, int port, SessionTimeouts timeouts, String moreConfig, List<String> moreOptions) {
        this.port = port;
        this.mainClass = mainClass.getName();
        config = directory.write("zoo.cfg", timeouts.toConfig() + """
                dataDir=%s
                clientPort=%d
                clientPortAddress=%s
                maxClientCnxns=0
                """.formatted(data(), port, Ports.HOST) + moreConfig);
        jvmOptions = new ArrayList<>(List.of(
                "-Dzookeeper.admin.enableServer=false",
                "-Dzookeeper.4lw.commands.whitelist=*",
                "-Dzookeeper.forceSync=no",
                "-Dzookeeper.preAllocSize=1024",
                "-Dlogback.configurationFile=" + directory.write("logback.xml", """
                        <configuration>
                          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                            <encoder><pattern>%d %-5level [%thread] %logger{0} %msg%n</pattern></encoder>
                          </appender>
                          <root level="INFO"><appender-ref ref="out"/></root>
                        </configuration>
                        """)));
        jvmOptions.addAll(moreOptions);
    }

    /** A standalone server, not started, that grants sessions from 0.5 s to 60 s. */
    public static ServerProcess standalone() {
        return standalone(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(60));
    }

    /** A standalone server, not started. */
    public static ServerProcess standalone(Duration tickTime, Duration minSessionTimeout, Duration maxSessionTimeout) {
        SessionTimeouts timeouts = new SessionTimeouts(tickTime, minSessionTimeout, maxSessionTimeout);
        return new ServerProcess(ZooKeeperServerMain.class, Ports.free(), timeouts, "", List.of());
    }

    /** A standalone server, not started, with other limits than its clients may have: its own {@code jute.maxbuffer}. */
    public static ServerProcess withMaxBuffer(int bytes) {
        SessionTimeouts timeouts =
                new SessionTimeouts(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(60));
        return new ServerProcess(
                ZooKeeperServerMain.class, Ports.free(), timeouts, "", List.of("-Djute.maxbuffer=" + bytes));
    }

    /**
     * A standalone server of an earlier release, not started.
     *
     * @param version one of those that the build puts beside the class path
     */
    public static ServerProcess ofRelease(String version) {
        ServerProcess server = standalone();
        server.classPath = classPathOf(version);
        server.jvmOptions.add("-Dzookeeper.jmx.log4j.disable=true");
        return server;
    }

    /** Its own jars, of this class path what every release needs or takes, and the class that ends it with this JVM. */
    private static String classPathOf(String version) {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> jars = Files.list(OLD_SERVERS.resolve(version))) {
            jars.map(Path::toString).forEach(entries::add);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no server of release " + version + ": run the build up to" + " pre-integration-test", e);
        }
        for (String entry : ChildJvm.OWN_CLASS_PATH.split(File.pathSeparator, -1)) {
            if (entry.matches(
                    ".*(slf4j-api|logback-[a-z]+|metrics-core|snappy-java|commons-io|netty-[a-z-]+)-[^/]*jar|.*test-classes")) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    public int port() {
        return port;
    }

    public String connectString() {
        return Ports.HOST + ":" + port;
    }

    /** Where the server writes its output. */
    public Path log() {
        return directory.path().resolve("server.log");
    }

    /** Launches the JVM and waits until the server serves; no-op while it is alive. */
    public ServerProcess start() {
        launch();
        awaitServing();
        return this;
    }

    /** SIGKILL, also of a paused server; returns when the process is gone. */
    public void kill() {
        if (jvm != null) {
            jvm.kill();
            paused = false;
        }
    }

    /** SIGTERM; returns when the process is gone. */
    public void stop() {
        if (jvm != null) {
            jvm.stop();
            paused = false;
        }
    }

    /** SIGSTOP: TCP connections stay, new ones are accepted by the kernel, nothing is answered. */
    public void pause() {
        jvm.pause();
        paused = true;
    }

    /** SIGCONT. The server may expire sessions right away: its clock has moved on. */
    public void resume() {
        jvm.resume();
        paused = false;
    }

    /** SIGTERM if it is alive, then {@link #start()} with the same port and data. */
    public void restart() {
        stop();
        start();
    }

    /** SIGKILL, then a start with empty data; for a standalone server. */
    public void wipe() {
        kill();
        TempDirectory.delete(data());
        start();
    }

    public boolean isAlive() {
        return jvm != null && jvm.isAlive();
    }

    public boolean isPaused() {
        return paused;
    }

    /** The answer to a four-letter word such as {@code srvr}, {@code cons} or {@code wchs}; empty when there is none. */
    public Optional<String> ask(String fourLetterWord) {
        try {
            return Optional.of(
                    FourLetterWordMain.send4LetterWord(Ports.HOST, port, fourLetterWord, false, PROBE_MILLIS));
        } catch (IOException | SSLContextException e) {
            return Optional.empty();
        }
    }

    /** {@code standalone}, {@code leader}, {@code follower} or {@code read-only}; empty while it does not serve. */
    public Optional<String> mode() {
        return isAlive() && !paused ? ask("srvr").flatMap(ServerProcess::modeIn) : Optional.empty();
    }

    @Override
    public void close() {
        kill();
        directory.delete();
    }

    /** Launches the JVM without waiting for it to serve, which a member of an ensemble does not do alone. */
    void launch() {
        if (!isAlive()) {
            jvm = ChildJvm.start(classPath, jvmOptions, mainClass, List.of(config.toString()), log());
        }
    }

    void awaitServing() {
        await("server on port " + port + " serving")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(this::isServing);
    }

    Path data() {
        return directory.path().resolve("data");
    }

    private boolean isServing() {
        if (!isAlive()) {
            throw new IllegalStateException("the server on port " + port + " ended: " + readLog());
        }
        return mode().isPresent();
    }

    private String readLog() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> modeIn(String answer) {
        return answer.lines()
                .filter(line -> line.startsWith("Mode: "))
                .map(line -> line.substring("Mode: ".length()))
                .findFirst();
    }

    /** The settings that decide which session timeout a server grants, and how punctually it expires sessions. */
    record SessionTimeouts(Duration tickTime, Duration min, Duration max) {
        String toConfig() {
            return """
                    tickTime=%d
                    minSessionTimeout=%d
                    maxSessionTimeout=%d
                    """.formatted(tickTime.toMillis(), min.toMillis(), max.toMillis());
        }
    }
}
