package io.perennial.internal.session;

import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LOST;
import static io.perennial.internal.session.SecuredServers.HOST;
import static io.perennial.internal.session.SecuredServers.USER;
import static io.perennial.test.PerennialAssertions.assertThat;
import static io.perennial.testing.SessionRig.PATIENCE;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.session.Secrets.Place;
import io.perennial.operation.Effect;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.TlsKeys;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.OpenedSessions;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing secret is in a log, however much is logged, nor in a report, in JMX, in a recording or in an exception; and
 * the search does look there.
 */
@ExtendWith(NoLeaks.class)
class SecretsIT {
    private static final String CREDENTIALS = "bob:credentials-of-bob";
    private static final String NEVER = "password-in-a-connect-string";
    /** No secret: what every place may show, so that it is seen whether the search looks there. */
    private static final String PLANTED = "planted-in-every-place";

    @TempDir
    private static Path directory;

    private final Secrets secrets = new Secrets();

    @AutoClose
    private final OpenedSessions opened = new OpenedSessions();

    @Test
    @DisplayName("Through loss, expiry, resumption, refused credentials, untrusted certificates and refused nodes")
    void areKept() throws Exception {
        keepAll();
        TlsKeys keys = SecuredServers.keys(directory);
        ServerProcess server = opened.add(SecuredServers.one(keys));
        var flight = opened.add(new Flight());
        try (var ours = new CapturedLog("io.perennial", Level.TRACE);
                var zooKeepersAndCurators = new CapturedLog("org.apache", Level.DEBUG);
                var nettys = new CapturedLog("io.netty", Level.DEBUG)) {
            opened.add(Jaas.inCode(USER, SecuredServers.PASSWORD));
            live(server, keys);
            failForCertificates(server, keys);
            failForCredentials(server);
            failBeforeTheStart();
            ours.events().forEach(event -> show(Place.LOG, event));
            zooKeepersAndCurators.events().forEach(event -> show(Place.LOG_OF_LIBRARIES, event));
            nettys.events().forEach(event -> show(Place.LOG_OF_LIBRARIES, event));
        }
        flight.events().forEach(event -> secrets.show(Place.RECORDING, event));

        for (Place where : Place.values()) {
            assertThat(secrets.seenIn(where)).as("in %s", where).isEqualTo(allowedIn(where));
        }
    }

    /** At DEBUG, ZooKeeper's client prints requests and answers with what is in them: docs/guarantees.md says so. */
    private static Set<String> allowedIn(Place where) {
        return where == Place.LOG_OF_LIBRARIES ? Set.of("planted", "digest", "node data") : Set.of("planted");
    }

    private void keepAll() throws Exception {
        secrets.keep("planted", PLANTED);
        secrets.keep("SASL password", SecuredServers.PASSWORD);
        secrets.keep("wrong SASL password", "wrong-sasl-password");
        secrets.keep("key store password", TlsKeys.PASSWORD);
        secrets.keep("wrong key store password", "wrong-password-of-a-store");
        secrets.keep("credentials", CREDENTIALS);
        secrets.keep("digest", DigestAuthenticationProvider.generateDigest(CREDENTIALS));
        secrets.keep("credentials in a connect string", NEVER);
        secrets.keep("node data", "data-of-a-node");
    }

    private void live(ServerProcess server, TlsKeys keys) throws Exception {
        var proxy = opened.add(
                new FaultProxy(Integer.parseInt(server.secureConnectString().split(":")[1])));
        ResilientSession session = opened.connected(ResilientSession.builder()
                .name(PLANTED)
                .connectString(HOST + ":" + proxy.port())
                .authorization("digest", CREDENTIALS.getBytes(UTF_8))
                .clientConfig(keys.clientConfig())
                .sessionTimeout(Duration.ofSeconds(4))
                .closeTimeout(Duration.ofSeconds(4))
                .listener(value -> secrets.show(Place.OBJECT, value)));
        holdAndBeRefused(session);
        look(session);

        proxy.cut();
        assertThat(session).recovers();
        server.expireSession(idOf(session));
        eventually(
                () -> assertThat(session.info().map(info -> info.generation())).contains(2L));
        assertThat(session).recovers();
        look(session);
        proxy.disconnect();
        awaitState(session, LOST);
        look(session);
        proxy.accept();
        assertThat(session).recovers();
        look(session);
        session.close();
        secrets.show(Place.REPORT, session.report());
        secrets.show(catchThrowable(() -> session.operations().call(Effect.READ, c -> "")));
    }

    private void holdAndBeRefused(ResilientSession session) throws Exception {
        List<ACL> bobs =
                List.of(new ACL(Perms.ALL, new Id("digest", DigestAuthenticationProvider.generateDigest(CREDENTIALS))));
        byte[] data = "data-of-a-node".getBytes(UTF_8);
        EphemeralSpec spec = EphemeralSpec.at("/held").acl(bobs).data(data);
        EphemeralNode node = session.ephemerals().register(spec);
        node.whenHeld().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        secrets.show(Place.OBJECT, spec);
        secrets.show(Place.OBJECT, node);
        session.watches().node("/held", value -> secrets.show(Place.OBJECT, value));
        session.curator().create().withACL(bobs).forPath("/bobs", data);
        List<ACL> nobodys = List.of(new ACL(Perms.READ, new Id("digest", "nobody:nothing")));
        session.curator().create().withACL(nobodys).forPath("/" + PLANTED, data);
        EphemeralNode refused = session.ephemerals()
                .register(EphemeralSpec.at("/" + PLANTED + "/a").acl(bobs).data(data));
        secrets.show(catchThrowable(() -> refused.whenHeld().get(1, TimeUnit.SECONDS)));
        secrets.show(Place.OBJECT, refused.problem());
        var write = session.operations().create("/" + PLANTED + "/b", data, CreateMode.PERSISTENT);
        secrets.show(Place.OBJECT, write);
        secrets.show(catchThrowable(write::orThrow));
        secrets.show(catchThrowable(
                () -> session.operations().call(Effect.ONCE, c -> c.setData().forPath("/" + PLANTED, data))));
    }

    private void look(ResilientSession session) throws Exception {
        session.info().ifPresent(info -> keepPasswordOf(session));
        secrets.show(Place.OBJECT, session);
        secrets.show(Place.REPORT, session.report());
        secrets.show(Place.REPORT, session.report().toJson());
        secrets.show(Place.REPORT, session.report().recentTransitions());
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName bean : beans.queryNames(new ObjectName("io.perennial:*"), null)) {
            for (MBeanAttributeInfo attribute : beans.getMBeanInfo(bean).getAttributes()) {
                Object value = beans.getAttribute(bean, attribute.getName());
                secrets.show(Place.JMX, value instanceof Object[] values ? List.of(values) : value);
            }
        }
    }

    private void keepPasswordOf(ResilientSession session) {
        try {
            secrets.keep("password of the session", handleOf(session).getSessionPasswd());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void failForCertificates(ServerProcess server, TlsKeys keys) throws Exception {
        ZKClientConfig unreadable = keys.clientConfig();
        unreadable.setProperty("zookeeper.ssl.trustStore.password", "wrong-password-of-a-store");
        for (ZKClientConfig config : List.of(unreadable, keys.clientConfig())) {
            ResilientSession session = opened.session(ResilientSession.builder()
                    .name("untrusting")
                    .connectString(server.secureConnectString()) // its address, which is no name of the certificate
                    .clientConfig(config)
                    .closeTimeout(Duration.ofSeconds(1)));
            eventually(() -> assertThat(session.report().problems()).isNotEmpty());
            look(session);
            session.close();
        }
    }

    private void failForCredentials(ServerProcess server) throws Exception {
        opened.add(Jaas.inCode(USER, "wrong-sasl-password"));
        ResilientSession session =
                opened.session(ResilientSession.builder().name("refused").connectString(server.connectString()));
        awaitState(session, FAILED);
        look(session);
        session.close();
    }

    private void failBeforeTheStart() {
        for (String text : List.of("bob:" + NEVER + "@zk1:2181", "http://" + NEVER + "@zk1", "zk1?password=" + NEVER)) {
            secrets.show(catchThrowable(() -> ResilientSession.builder().connectString(text)));
        }
    }

    private void show(Place where, ILoggingEvent event) {
        secrets.show(where, event.getLevel() + " " + event.getThreadName() + " " + event.getFormattedMessage());
        secrets.show(where, event.getMDCPropertyMap());
        if (event.getThrowableProxy() != null) {
            secrets.show(where, ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    }
}
