package io.perennial.samples.quickstart;

import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.samples.server.Directories;
import io.perennial.samples.server.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/**
 * A ZooKeeper server in this JVM (Curator Test), with a {@link Relay} as the network in front of it. The application
 * connects through the relay, the witness directly: so data can change while the application is away, and the server
 * itself expires a session of which it has heard nothing for one timeout.
 */
final class EmbeddedFaults implements Faults {
    private static final String HOST = "127.0.0.1";
    private static final int DEFAULT = -1;

    private final Duration sessionTimeout;
    private final Path directory;
    private final TestingServer server;
    private final Relay relay;

    /** Starts only the relay. */
    EmbeddedFaults(Duration sessionTimeout) throws Exception {
        this.sessionTimeout = sessionTimeout;
        directory = Files.createTempDirectory("perennial-quickstart-");
        InstanceSpec spec = spec(directory.resolve("data"), sessionTimeout);
        server = new TestingServer(spec, false);
        relay = new Relay(spec.getPort());
    }

    @Override
    public void start() throws Exception {
        server.start();
    }

    @Override
    public String where() {
        return "an embedded ZooKeeper server";
    }

    @Override
    public String connectString() {
        return HOST + ":" + relay.port();
    }

    @Override
    public String directConnectString() {
        return HOST + ":" + server.getPort();
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public List<Fault> faults(Scene scene) {
        return List.of(
                new Fault(
                        "Dropped connection",
                        "the network breaks for a moment, the server keeps the session",
                        Cause.CONNECTION_LOST,
                        false,
                        () -> cut(scene),
                        () -> mend(scene)),
                new Fault(
                        "Short restart",
                        "the server is back within the session timeout and knows the session",
                        Cause.CONNECTION_LOST,
                        false,
                        () -> restart(scene),
                        () -> mend(scene)),
                new Fault(
                        "Long outage",
                        "the server is away for longer than the timeout; its session is resumed",
                        Cause.SESSION_RESUMED,
                        false,
                        () -> outage(scene),
                        () -> mend(scene)),
                new Fault(
                        "Expiry",
                        "the server hears nothing for a timeout and ends the session; a new one",
                        Cause.SESSION_CREATED,
                        true,
                        () -> expiry(scene),
                        () -> mend(scene)));
    }

    @Override
    public void close() {
        relay.close();
        try {
            server.close();
            Directories.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void cut(Scene scene) throws IOException {
        scene.timeline().note("the network is cut");
        relay.cut();
    }

    private void mend(Scene scene) throws IOException {
        scene.timeline().note("the network is back");
        relay.mend();
    }

    private void restart(Scene scene) throws Exception {
        stop(scene);
        start(scene);
    }

    private void outage(Scene scene) throws Exception {
        long began = System.nanoTime();
        stop(scene);
        Duration length = sessionTimeout.multipliedBy(3).dividedBy(2);
        if (!scene.journal().awaitState(SessionState.LOST, sessionTimeout.multipliedBy(2))) {
            scene.timeline().note("the session should have been given up as lost by now");
        }
        Duration rest = length.minusNanos(System.nanoTime() - began);
        Thread.sleep(Math.max(0, rest.toMillis()));
        start(scene);
    }

    private void expiry(Scene scene) throws Exception {
        cut(scene);
        long deadline = System.nanoTime() + sessionTimeout.multipliedBy(3).toNanos();
        while (scene.witness().count(Layout.WORKERS) > 0) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the server has not expired the session within 3 timeouts");
            }
            Thread.sleep(20);
        }
        scene.timeline().note("the server has ended the session: its nodes are gone");
    }

    private void stop(Scene scene) throws IOException {
        scene.timeline().note("the server stops");
        scene.witness().close();
        relay.cut();
        server.stop();
    }

    private void start(Scene scene) throws Exception {
        server.restart();
        scene.timeline().note("the server runs again");
    }

    /** A tick short enough for the requested timeout, and a maximum that does not shorten the witness's timeout. */
    private static InstanceSpec spec(Path data, Duration sessionTimeout) throws IOException {
        int tick = (int) Math.min(2_000, sessionTimeout.toMillis() / 20);
        return new InstanceSpec(
                Files.createDirectory(data).toFile(),
                InstanceSpec.getRandomPort(),
                DEFAULT,
                DEFAULT,
                true,
                DEFAULT,
                tick,
                DEFAULT,
                Map.of("maxSessionTimeout", "600000", "clientPortAddress", HOST),
                HOST);
    }
}
