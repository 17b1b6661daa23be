package io.perennial.tomcat.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.tomcat.ResilientSessionFactory;
import io.perennial.tomcat.distribution.webapp.RegisteringListener;
import io.perennial.tomcat.distribution.webapp.SharingListener;
import io.perennial.tomcat.reaper.ZooKeeperReaper;
import io.perennial.tomcat.reaper.webapp.Client;
import io.perennial.tomcat.reaper.webapp.OpeningListener;
import io.perennial.tomcat.testing.War;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Applications that come and go in the Tomcats that the build has unpacked. */
@Tag("distribution")
@ParameterizedClass
@MethodSource("distributions")
@ExtendWith(NoLeaks.class)
class DistributionIT {
    private static final Path LIBRARIES = Path.of("target/web-inf-lib");
    private static final Path PERENNIAL_TOMCAT = Path.of(System.getProperty("perennial-tomcat.jar"));

    @Parameter
    Path distribution;

    @TempDir
    Path directory;

    @AutoClose
    final EmbeddedServer server = EmbeddedServer.start();

    @AutoClose
    final IndependentClient observer = new IndependentClient(server.connectString());

    @AutoClose
    private TomcatProcess tomcat;

    private int written;

    static List<Path> distributions() throws IOException {
        try (Stream<Path> unpacked = Files.list(Path.of(System.getProperty("tomcat.distributions")))) {
            return unpacked.sorted().toList();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        assertThat(observer.exists("/orders")).isFalse();
        tomcat = new TomcatProcess(distribution, Files.createDirectory(directory.resolve("base")));
    }

    @Test
    @Tag("S-51")
    @DisplayName("A WAR comes, is touched, reloaded, replaced and deleted: one session at a time, nothing left")
    void hasOneSessionAtATime_andLeavesNothing() {
        tomcat.start();
        assertThat(tomcat.log())
                .contains(distribution
                        .getFileName()
                        .toString()
                        .replace("apache-tomcat-", "Server version name:   Apache Tomcat/"));

        tomcat.deploy("orders.war", application("/orders", "1"));
        long first = awaitRegistered("/orders", "1", 0);
        tomcat.touch("orders.war");
        long redeployed = awaitRegistered("/orders", "1", first);
        tomcat.touch("orders/WEB-INF/web.xml");
        long reloaded = awaitRegistered("/orders", "1", redeployed);
        tomcat.deploy("orders.war", application("/orders", "2"));
        awaitRegistered("/orders", "2", reloaded);
        tomcat.delete("orders.war");

        awaitGone("/orders");
        assertThat(server.sessionIds()).containsExactly(observer.sessionId());
        assertNoLeaks();
    }

    @Test
    @Tag("S-50")
    @DisplayName("Of two versions side by side, the new one keeps its session when the old one goes")
    void keepsTheNewVersionsSession() {
        tomcat.start();
        tomcat.deploy("shop##1.war", application("/shop-1", "1"));
        tomcat.deploy("shop##2.war", application("/shop-2", "2"));
        long old = awaitRegistered("/shop-1", "1", 0);
        long current = awaitRegistered("/shop-2", "2", 0);

        tomcat.delete("shop##1.war");

        awaitGone("/shop-1");
        assertThat(server.sessionIds()).containsExactlyInAnyOrder(observer.sessionId(), current);
        assertThat(server.isSessionAlive(old)).isFalse();
        assertThat(observer.ownerOf("/shop-2")).contains(current);
        assertNoLeaks();
    }

    @Test
    @Tag("S-50")
    @DisplayName("Applications share a global resource's session, and Tomcat closes it when it stops")
    void sharesGlobalResource() {
        tomcat.lib(
                        LIBRARIES.resolve("client"),
                        LIBRARIES.resolve("jul"),
                        LIBRARIES.resolve("perennial"),
                        PERENNIAL_TOMCAT)
                .globalResource("<Resource name=\"%s\" type=\"io.perennial.ResilientSession\" factory=\"%s\""
                                .formatted(SharingListener.RESOURCE, ResilientSessionFactory.class.getName())
                        + " closeMethod=\"close\" connectString=\"%s\" sessionTimeout=\"30s\"/>"
                                .formatted(server.connectString()))
                .start();
        tomcat.deploy("one.war", sharing("/one"));
        tomcat.deploy("two.war", sharing("/two"));
        long session = awaitRegistered("/one", "", 0);
        assertThat(awaitRegistered("/two", "", 0)).isEqualTo(session);

        tomcat.delete("one.war");

        awaitGone("/one");
        assertThat(observer.ownerOf("/two")).contains(session);
        assertThat(server.sessionIds()).containsExactlyInAnyOrder(observer.sessionId(), session);
        assertNoLeaks();

        tomcat.stop();

        assertThat(server.sessionIds()).containsExactly(observer.sessionId());
        assertThat(observer.exists("/two")).isFalse();
    }

    @Test
    @DisplayName("The reaper in server.xml ends an application's orphan, and touches neither its neighbour nor us")
    void reapsTheOrphan_besideHealthyApplication() {
        tomcat.lib(Path.of(System.getProperty("reaper.jar")))
                .listener(ZooKeeperReaper.class)
                .start();
        tomcat.deploy("orders.war", application("/orders", "1"));
        tomcat.deploy("orphan.war", orphan("/orphan"));
        long healthy = awaitRegistered("/orders", "1", 0);
        awaitRegistered("/orphan", "", 0);

        tomcat.delete("orphan.war");

        awaitGone("/orphan");
        assertThat(observer.ownerOf("/orders")).contains(healthy);
        assertThat(server.sessionIds()).containsExactlyInAnyOrder(observer.sessionId(), healthy);

        tomcat.delete("orders.war");

        awaitGone("/orders");
        assertThat(server.sessionIds()).containsExactly(observer.sessionId());
        assertThat(tomcat.log().lines().filter(line -> line.contains("left ZooKeeper clients running")))
                .singleElement()
                .asString()
                .contains("[/orphan]");
        assertNoLeaks();
    }

    private War application(String node, String version) {
        return new War(directory.resolve("w" + written++), RegisteringListener.class)
                .libraries("client", "jul", "perennial")
                .library(PERENNIAL_TOMCAT)
                .listener(RegisteringListener.class)
                .parameter(RegisteringListener.NODE, node)
                .parameter(RegisteringListener.VERSION, version)
                .parameter("perennial.connectString", server.connectString())
                .parameter("perennial.sessionTimeout", "30s");
    }

    private War sharing(String node) {
        return new War(directory.resolve("w" + written++), SharingListener.class)
                .context("<ResourceLink name=\"%s\" global=\"%s\" type=\"io.perennial.ResilientSession\"/>"
                        .formatted(SharingListener.RESOURCE, SharingListener.RESOURCE))
                .listener(SharingListener.class)
                .parameter(SharingListener.NODE, node);
    }

    private War orphan(String node) {
        return new War(directory.resolve("w" + written++), OpeningListener.class)
                .libraries("client", "jul")
                .listener(OpeningListener.class)
                .parameter(Client.KIND, "RAW")
                .parameter(Client.CONNECT, server.connectString())
                .parameter(Client.NODE, node)
                .parameter(Client.TIMEOUT, "30000");
    }

    /** The session that holds an application's node, which is not that of the application before. */
    private long awaitRegistered(String node, String version, long before) {
        await(node).atMost(TomcatProcess.PATIENCE).untilAsserted(() -> {
            assertThat(observer.ownerOf(node)).isPresent().get().isNotEqualTo(before);
            assertThat(observer.data(node)).asString(StandardCharsets.UTF_8).isEqualTo(version);
            assertThat(server.isSessionAlive(before)).isFalse();
        });
        return observer.ownerOf(node).orElseThrow();
    }

    private void awaitGone(String node) {
        await("end of " + node).atMost(TomcatProcess.PATIENCE).untilAsserted(() -> assertThat(observer.exists(node))
                .isFalse());
    }

    private void assertNoLeaks() {
        await("class loaders collected").atMost(TomcatProcess.PATIENCE).untilAsserted(() -> assertThat(tomcat.leaks())
                .isEqualToIgnoringNewLines("OK - No memory leaks found"));
        assertThat(tomcat.log()).doesNotContain("memory leak", "SEVERE");
    }
}
