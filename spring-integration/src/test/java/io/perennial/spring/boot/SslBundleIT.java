package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.JvmProcess;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.TlsKeys;
import io.perennial.test.ZooKeeperServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.zookeeper.client.ZKClientConfig;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** TLS to real servers, by SSL bundles. */
@ExtendWith(NoLeaks.class)
@Tag("K8")
class SslBundleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static TlsKeys server;
    private static TlsKeys client;
    private static TlsKeys elsewhere;
    private static ServerProcess oneWay;
    private static ServerProcess mutual;
    private static ServerProcess misnamed;

    @BeforeAll
    static void startServers() throws Exception {
        server = TlsKeys.make(directory, "server", "ip:127.0.0.1");
        client = TlsKeys.make(directory, "client", "dns:client.example");
        elsewhere = TlsKeys.make(directory, "elsewhere", "dns:elsewhere.example");
        oneWay = ZooKeeperServers.process().tls(server).build();
        mutual = ZooKeeperServers.process().tls(server, client).build();
        misnamed = ZooKeeperServers.process().tls(elsewhere).build();
        Stream.of(oneWay, mutual, misnamed).parallel().forEach(ServerProcess::start);
    }

    @AfterAll
    static void stopServers() {
        oneWay.close();
        mutual.close();
        misnamed.close();
    }

    /** Netty's threads wait two seconds for more to do before they end: once for all tests. */
    @AfterAll
    static void noThreadOfNettyIsLeft() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("zkNetty")));
    }

    @Test
    void aPemBundleConnects() {
        pem(oneWay, server).run(SslBundleIT::connects);
    }

    @Test
    void aJksBundleConnects() {
        contexts(oneWay).withPropertyValues(jksTrust(server)).run(SslBundleIT::connects);
    }

    @Test
    void aPemBundleWithAKeyConnects_whereTheServerAsksForOne() {
        pem(mutual, server)
                .withPropertyValues(
                        "spring.ssl.bundle.pem.zk.keystore.certificate=file:" + client.certificate(),
                        "spring.ssl.bundle.pem.zk.keystore.private-key=file:" + client.privateKey())
                .run(SslBundleIT::connects);
    }

    @Test
    void aJksBundleWithAKeyConnects_whereTheServerAsksForOne() {
        contexts(mutual)
                .withPropertyValues(jksTrust(server))
                .withPropertyValues(jksKey())
                .run(SslBundleIT::connects);
    }

    @Test
    void aBundleWithoutAKeyDoesNot_whereTheServerAsksForOne() {
        isRefused(mutual, pem(mutual, server));
    }

    @Test
    void aServerThatTheBundleDoesNotTrustIsRefused() {
        isRefused(oneWay, pem(oneWay, elsewhere));
    }

    @Test
    void aServerWhoseCertificateNamesAnotherHostIsRefused() {
        isRefused(misnamed, pem(misnamed, elsewhere));
    }

    @Test
    void aServerWhoseCertificateNamesAnotherHostIsTaken_whereTheJvmAllowsThat() {
        try (JvmProcess jvm = JvmProcess.start(
                List.of("-D" + NettyHostnames.PROPERTY + "=NONE"),
                Unverified.class,
                misnamed.secureConnectString(),
                elsewhere.certificate().toString())) {
            jvm.awaitLine(line -> line.equals("CONNECTED"));
        }
    }

    static class Unverified {
        public static void main(String[] arguments) {
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(SslAutoConfiguration.class, PerennialAutoConfiguration.class))
                    .withPropertyValues(
                            "perennial.connect-string=" + arguments[0],
                            "spring.ssl.bundle.pem.zk.truststore.certificate=file:" + arguments[1],
                            "perennial.ssl.bundle=zk",
                            "perennial.ssl.hostname-verification=false")
                    .run(context -> {
                        context.getBean(ResilientSession.class).awaitConnected(PATIENCE);
                        System.out.println(
                                context.getBean(ResilientSession.class).state());
                    });
        }
    }

    /** Netty 4.2, which Spring Boot 4 has, verifies names unless the JVM says otherwise; 4.1 leaves it to ZooKeeper. */
    @Test
    void otherwiseThatIsRefusedRightAway_whereNettyVerifiesAnyway() {
        ApplicationContextRunner contexts =
                pem(misnamed, elsewhere).withPropertyValues("perennial.ssl.hostname-verification=false");
        if (NettyHostnames.areVerifiedAnyway()) {
            contexts.run(context -> assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("perennial.ssl.hostname-verification")
                    .hasMessageContaining(NettyHostnames.PROPERTY));
        } else {
            contexts.run(SslBundleIT::connects);
        }
    }

    /** A server speaks TLS 1.3 alone, unless it is told otherwise. */
    @Test
    void theBundlesProtocolsHold() {
        isRefused(
                oneWay,
                pem(oneWay, server).withPropertyValues("spring.ssl.bundle.pem.zk.options.enabled-protocols=TLSv1.2"));
    }

    @Test
    void theBundlesCiphersHold() {
        pem(oneWay, server)
                .withPropertyValues("spring.ssl.bundle.pem.zk.options.ciphers=TLS_AES_128_GCM_SHA256")
                .run(SslBundleIT::connects);
    }

    /** The servers get another certificate while applications run; every connection after that takes the new one. */
    @Test
    void aReloadedBundleHoldsForTheNextConnection() throws Exception {
        TlsKeys next = TlsKeys.make(directory, "next", "ip:127.0.0.1");
        Path trusted = Files.copy(server.certificate(), directory.resolve("reloaded.crt"));
        TlsKeys changing = copy(server, "changing");
        try (var process = ZooKeeperServers.process().tls(changing).start()) {
            contexts(process)
                    .withPropertyValues(
                            "perennial.session-timeout=10s",
                            "spring.ssl.bundle.pem.zk.truststore.certificate=file:" + trusted,
                            "spring.ssl.bundle.pem.zk.reload-on-update=true",
                            "spring.ssl.bundle.watch.file.quiet-period=50ms")
                    .run(context -> {
                        connects(context);
                        process.stop();
                        ResilientSession session = context.getBean(ResilientSession.class);
                        await().atMost(PATIENCE).until(() -> !session.state().isAttached());
                        Files.copy(next.keyStore(), changing.keyStore(), StandardCopyOption.REPLACE_EXISTING);
                        long before = refusals(process);
                        process.wipe();
                        awaitRefusalAfter(process, before);
                        Path written = Files.copy(next.certificate(), directory.resolve("reloaded.new"));
                        Files.move(written, trusted, StandardCopyOption.ATOMIC_MOVE);
                        connects(context);
                    });
        }
    }

    /** Some systems delete temporary files that nobody has read for days. */
    @Test
    void storesThatSomebodyHasCleanedAwayAreWrittenAgainForTheNextConnection() throws Exception {
        try (var process = ZooKeeperServers.process().tls(server, client).start()) {
            contexts(process)
                    .withPropertyValues("perennial.session-timeout=10s")
                    .withPropertyValues(jksTrust(server))
                    .withPropertyValues(jksKey())
                    .run(context -> {
                        connects(context);
                        List<Path> files = stores(
                                context.getBean(Contexts.BuilderProbe.class).builder("zookeeper"));
                        for (Path file : files) {
                            Files.delete(file);
                        }
                        process.stop();
                        await().atMost(PATIENCE).untilAsserted(() -> assertThat(files)
                                .allSatisfy(file -> assertThat(file).exists()));
                        process.wipe();
                        connects(context);
                        assertThat(files).allSatisfy(file -> assertThat(permissions(file))
                                .isEqualTo("rw-------"));
                    });
        }
    }

    @Test
    void aReloadedBundleThatCannotBeUsedChangesNothing() {
        pem(oneWay, server).run(context -> {
            connects(context);
            Path store = stores(context.getBean(Contexts.BuilderProbe.class).builder("zookeeper"))
                    .get(0);
            byte[] before = Files.readAllBytes(store);
            context.getBean(SslBundleRegistry.class).updateBundle("zk", SslBundle.of(SslStoreBundle.NONE));
            assertThat(store).hasBinaryContent(before);
        });
    }

    @Test
    void aNamedSessionHasABundleOfItsOwn() {
        contexts(oneWay)
                .withPropertyValues(jksTrust(server))
                .withPropertyValues(
                        "perennial.sessions.other.connect-string=" + misnamed.secureConnectString(),
                        "perennial.sessions.other.ssl.bundle=nope")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("perennial.sessions.other.ssl.bundle")
                        .hasMessageContaining("nope"));
    }

    @Test
    void theStoresAreTheirOwnersAlone_andGoWithTheContext() {
        List<Path> files = new ArrayList<>();
        contexts(mutual)
                .withPropertyValues(jksTrust(server))
                .withPropertyValues(jksKey())
                .run(context -> {
                    connects(context);
                    files.addAll(
                            stores(context.getBean(Contexts.BuilderProbe.class).builder("zookeeper")));
                    assertThat(files).hasSize(2).allSatisfy(file -> assertThat(permissions(file))
                            .isEqualTo("rw-------"));
                });
        assertThat(files).hasSize(2).allSatisfy(file -> assertThat(file).doesNotExist());
    }

    @Test
    void theStoresGoWithAContextThatDoesNotStart() {
        List<ResilientSession.Builder> builders = new ArrayList<>();
        pem(oneWay, server)
                .withBean(SessionBuilderCustomizer.class, () -> (name, builder) -> builders.add(builder))
                .withUserConfiguration(NoStart.class)
                .run(context -> assertThat(context).hasFailed());
        assertThat(builders).singleElement().satisfies(builder -> assertThat(stores(builder))
                .singleElement(InstanceOfAssertFactories.PATH)
                .doesNotExist());
    }

    @Configuration(proxyBeanMethods = false)
    static class NoStart {
        NoStart(ObjectProvider<ResilientSession> session) {
            session.getObject();
            throw new IllegalStateException("no start");
        }
    }

    private static ApplicationContextRunner contexts(ServerProcess server) {
        return Contexts.plain()
                .withPropertyValues(
                        "perennial.connect-string=" + server.secureConnectString(),
                        "perennial.close-timeout=2s",
                        "perennial.ssl.bundle=zk");
    }

    private static ApplicationContextRunner pem(ServerProcess server, TlsKeys trusted) {
        return contexts(server)
                .withPropertyValues("spring.ssl.bundle.pem.zk.truststore.certificate=file:" + trusted.certificate());
    }

    private static String[] jksTrust(TlsKeys trusted) {
        return new String[] {
            "spring.ssl.bundle.jks.zk.truststore.location=file:" + trusted.trustStore(),
            "spring.ssl.bundle.jks.zk.truststore.type=PKCS12",
            "spring.ssl.bundle.jks.zk.truststore.password=" + TlsKeys.PASSWORD
        };
    }

    private static String[] jksKey() {
        return new String[] {
            "spring.ssl.bundle.jks.zk.key.alias=client",
            "spring.ssl.bundle.jks.zk.keystore.location=file:" + client.keyStore(),
            "spring.ssl.bundle.jks.zk.keystore.type=PKCS12",
            "spring.ssl.bundle.jks.zk.keystore.password=" + TlsKeys.PASSWORD
        };
    }

    private static void connects(AssertableApplicationContext context) throws Exception {
        ResilientSession session = context.getBean(ResilientSession.class);
        assertThat(session.awaitConnected(PATIENCE))
                .as(session.report().toString())
                .isTrue();
        assertThat(session.curator().checkExists().forPath("/zookeeper")).isNotNull();
    }

    private static void isRefused(ServerProcess server, ApplicationContextRunner contexts) {
        long before = refusals(server);
        contexts.run(context -> {
            awaitRefusalAfter(server, before);
            assertThat(context.getBean(ResilientSession.class).state()).isEqualTo(SessionState.CONNECTING);
        });
    }

    /** How often the server has come to no terms with a client. */
    private static long refusals(ServerProcess server) {
        try (Stream<String> lines = Files.lines(server.log())) {
            return lines.filter(line -> line.contains("Unsuccessful handshake")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitRefusalAfter(ServerProcess server, long before) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(refusals(server)).isGreaterThan(before));
    }

    /** The same key in files of its own. */
    private static TlsKeys copy(TlsKeys keys, String name) throws IOException {
        TlsKeys copy = new TlsKeys(directory, name);
        Files.copy(keys.keyStore(), copy.keyStore());
        Files.copy(keys.trustStore(), copy.trustStore());
        return copy;
    }

    private static List<Path> stores(ResilientSession.Builder builder) {
        ZKClientConfig config = assertThat(builder)
                .extracting("clientConfig", InstanceOfAssertFactories.type(ZKClientConfig.class))
                .actual();
        return Stream.of("zookeeper.ssl.keyStore.location", "zookeeper.ssl.trustStore.location")
                .map(config::getProperty)
                .filter(Objects::nonNull)
                .map(Path::of)
                .toList();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
