package io.perennial.test;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.client.FourLetterWordMain;
import org.apache.zookeeper.common.X509Exception.SSLContextException;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper server in a separate JVM, on a fixed free port of 127.0.0.1 with its data in a temporary directory. Ends
 * with this JVM at the latest.
 *
 * <p>Faults: {@link #kill()} (SIGKILL, a crash), {@link #stop()} (SIGTERM), {@link #pause()} (SIGSTOP: the port still
 * accepts, nothing answers, the sessions' clocks stand still). Data and sessions survive {@link #restart()}.
 */
public final class ServerProcess implements ZooKeeperService {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PROBE_MILLIS = 2_000;

    private final ServerFiles files = new ServerFiles("zookeeper-process-");
    private final int port = Ports.free();
    private final int securePort;
    private final String mainClass;
    private final String classPath;
    private final Path config;
    private final List<String> jvmOptions;

    private @Nullable ChildJvm jvm;
    private boolean paused;

    ServerProcess(Class<?> mainClass, ServerOptions<?> options) {
        this.mainClass = mainClass.getName();
        securePort = options.isSecure() ? Ports.free() : 0;
        classPath = options.classPath();
        config = files.write("zoo.cfg", options.configFile(data(), port, securePort));
        jvmOptions = new ArrayList<>(ServerDefaults.jvmOptions());
        jvmOptions.add("-Dlogback.configurationFile=" + files.write("logback.xml", """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %-5level [%thread] %logger{0} %msg%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="out"/></root>
                </configuration>
                """));
        jvmOptions.addAll(options.jvmOptions(files));
    }

    /**
     * The port on which it listens, now and after every restart.
     *
     * @return the port, on 127.0.0.1
     */
    public int port() {
        return port;
    }

    @Override
    public List<Integer> ports() {
        return List.of(port);
    }

    @Override
    public String connectString() {
        return Ports.HOST + ":" + port;
    }

    /**
     * Where clients speak TLS.
     *
     * @return {@code host:port}
     * @throws IllegalStateException when it has no keys
     */
    public String secureConnectString() {
        if (securePort == 0) {
            throw new IllegalStateException("the server on port " + port + " has no keys: give its builder tls(...)");
        }
        return Ports.HOST + ":" + securePort;
    }

    /**
     * Where the server writes its output.
     *
     * @return the file
     */
    public Path log() {
        return files.path().resolve("server.log");
    }

    /**
     * Where the server keeps its snapshots and transaction logs.
     *
     * @return the directory named {@code dataDir} in its configuration
     */
    public Path data() {
        return files.data();
    }

    /**
     * Launches the JVM and waits until the server serves; does nothing while it is alive.
     *
     * @return this
     */
    public ServerProcess start() {
        launch();
        awaitServing();
        return this;
    }

    /**
     * Launches the JVM without waiting for it to serve, which a member of an ensemble does not do alone; does nothing
     * while it is alive.
     */
    public void launch() {
        if (!isAlive()) {
            jvm = ChildJvm.start(classPath, jvmOptions, mainClass, List.of(config.toString()), log());
        }
    }

    /**
     * Changes its {@code zoo.cfg}, from the next start on. A later line overrides an earlier one with the same key.
     *
     * @param line the line to add, such as {@code maxSessionTimeout=30000}
     */
    public void configure(String line) {
        try {
            Files.writeString(config, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, also of a paused server; returns when the process is gone. */
    public void kill() {
        if (jvm != null) {
            jvm.kill();
            paused = false;
        }
    }

    /** SIGTERM; returns when the process is gone. */
    @Override
    public void stop() {
        if (jvm != null) {
            jvm.stop();
            paused = false;
        }
    }

    /** SIGSTOP: TCP connections stay, new ones are accepted by the kernel, nothing is answered. */
    public void pause() {
        started().pause();
        paused = true;
    }

    /** SIGCONT. The server may expire sessions right away: its clock has moved on. */
    public void resume() {
        started().resume();
        paused = false;
    }

    @Override
    public void restart() {
        stop();
        start();
    }

    /** SIGKILL, then a start with no data; for a standalone server. */
    @Override
    public void wipe() {
        kill();
        deleteData();
        start();
    }

    @Override
    public void backUp() {
        stop();
        files.backUp();
    }

    @Override
    public void restoreBackup() {
        putBackupBack();
        start();
    }

    @Override
    public Set<Long> sessionIds() {
        return dump().sessions();
    }

    @Override
    public Map<String, Long> ephemeralNodes() {
        return dump().ephemerals();
    }

    /**
     * Takes the session over (anyone who knows its id can compute its password) and closes it: to its client and to all
     * others it looks like an expiry.
     */
    @Override
    public void expireSession(long sessionId) {
        SessionTakeover.close(this, sessionId);
    }

    /**
     * Whether its process exists.
     *
     * @return true also while it is paused
     */
    public boolean isAlive() {
        return jvm != null && jvm.isAlive();
    }

    /**
     * Whether it stands still.
     *
     * @return true between {@link #pause()} and {@link #resume()}
     */
    public boolean isPaused() {
        return paused;
    }

    /**
     * Asks the server by a four-letter word.
     *
     * @param fourLetterWord such as {@code srvr}, {@code cons} or {@code wchs}
     * @return the answer; empty when there is none within two seconds
     */
    public Optional<String> ask(String fourLetterWord) {
        try {
            return Optional.of(
                    FourLetterWordMain.send4LetterWord(Ports.HOST, port, fourLetterWord, false, PROBE_MILLIS));
        } catch (IOException | SSLContextException e) {
            return Optional.empty();
        }
    }

    /**
     * Its role in its ensemble.
     *
     * @return {@code standalone}, {@code leader}, {@code follower} or {@code read-only}; empty while it does not serve
     */
    public Optional<String> mode() {
        return isAlive() && !paused ? ask("srvr").flatMap(ServerProcess::modeIn) : Optional.empty();
    }

    @Override
    public void close() {
        kill();
        files.delete();
    }

    void awaitServing() {
        await("server on port " + port + " serving")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(this::isServing);
    }

    void deleteData() {
        files.deleteData();
    }

    void putBackupBack() {
        stop();
        files.putBackupBack();
    }

    ServerDump dump() {
        return new ServerDump(ask("dump")
                .orElseThrow(() -> new IllegalStateException("the server on port " + port + " does not answer")));
    }

    private ChildJvm started() {
        if (jvm == null) {
            throw new IllegalStateException("the server on port " + port + " has not been started");
        }
        return jvm;
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

    /** Settings of a {@link ServerProcess}. */
    public static final class Builder extends ServerOptions<Builder> {
        Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Not started yet; {@link ServerProcess#start()} does that.
         *
         * @return the server
         */
        public ServerProcess build() {
            return new ServerProcess(ZooKeeperServerMain.class, this);
        }

        /**
         * Starts the server and waits until it serves.
         *
         * @return the server
         */
        public ServerProcess start() {
            ServerProcess server = build();
            try {
                return server.start();
            } catch (RuntimeException | Error e) {
                server.close();
                throw e;
            }
        }
    }
}
