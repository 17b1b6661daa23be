package io.perennial.internal.session;

import static io.perennial.testing.Sessions.awaitGeneration;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.jmx.SessionMXBean;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.SessionRig;
import io.perennial.testing.TestOwner;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sessions as JMX shows them. */
@ExtendWith(NoLeaks.class)
class ManagementIT {
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @AfterEach
    void nothingIsLeft() throws Exception {
        rig.closeSessions();
        assertThat(registered()).isEmpty();
    }

    @Test
    void showsTheSessionAsItIs() throws Exception {
        rig.observer().create("/watched", new byte[0]);
        ResilientSession session = rig.connect(builder -> builder.sessionTimeout(Duration.ofSeconds(90)));
        session.ephemerals().register("/node", new byte[] {1}).whenHeld().get(30, TimeUnit.SECONDS);
        session.watches().node("/watched", change -> {}).whenArmed().get(30, TimeUnit.SECONDS);
        SessionMXBean bean = bean("name=tested");

        assertThat(bean.getName()).isEqualTo("tested");
        assertThat(bean.getState()).isEqualTo("CONNECTED");
        assertThat(bean.getInStateMillis()).isBetween(0L, 30_000L);
        assertThat(bean.getGeneration()).isEqualTo(1);
        assertThat(bean.getSessionId()).isEqualTo(session.info().orElseThrow().sessionIdHex());
        assertThat(bean.getServer()).endsWith(":" + rig.proxy().port());
        assertThat(bean.getRequestedTimeoutMillis()).isEqualTo(90_000);
        assertThat(bean.getNegotiatedTimeoutMillis()).isEqualTo(60_000);
        assertThat(bean.isLeaseHeld()).isTrue();
        assertThat(bean.getLeaseRemainingMillis()).isBetween(1L, 60_000L);
        assertThat(bean.getRoundTripMicros()).isBetween(1L, 30_000_000L);
        assertThat(bean.getNodesWanted()).isEqualTo(1);
        assertThat(bean.getNodesHeld()).isEqualTo(1);
        assertThat(bean.getWatchesWanted()).isEqualTo(1);
        assertThat(bean.getWatchesArmed()).isEqualTo(1);
        assertThat(bean.getLastLossKind()).isNull();
        assertThat(bean.getLastLossExplanation()).isNull();
        assertThat(bean.getCallbackFailures()).isZero();
        assertThat(bean.getProblems()).isEmpty();
        assertThat(bean.getReport()).startsWith("session 'tested' at ").contains("60 s granted, 90 s asked for");

        rig.server().expireSession(idOf(session));
        awaitGeneration(session, 2);

        assertThat(bean.getGeneration()).isEqualTo(2);
        assertThat(bean.getLastLossKind()).isEqualTo("EXPIRED_BY_SERVER");
        assertThat(bean.getLastLossExplanation()).contains("closed there");
        JsonNode json = new ObjectMapper().readTree(bean.getReportJson());
        assertThat(json.get("session").get("generation").longValue()).isEqualTo(2);
        assertThat(json.get("session").get("sessionId").textValue()).isEqualTo(bean.getSessionId());
    }

    @Test
    void showsNothingOfAServerSession_whenThereIsNone() throws Exception {
        rig.proxy().refuse();
        rig.start(builder -> builder);
        SessionMXBean bean = bean("name=tested");

        eventually(() -> assertThat(bean.getState()).isEqualTo("CONNECTING"));
        assertThat(bean.getGeneration()).isZero();
        assertThat(bean.getSessionId()).isNull();
        assertThat(bean.getServer()).isNull();
        assertThat(bean.getRequestedTimeoutMillis()).isZero();
        assertThat(bean.getNegotiatedTimeoutMillis()).isZero();
        assertThat(bean.isLeaseHeld()).isFalse();
        assertThat(bean.getLeaseRemainingMillis()).isZero();
        assertThat(bean.getRoundTripMicros()).isZero();
    }

    @Test
    @DisplayName("is there from the start to the close, not from the building on")
    void isThereBetweenStartAndClose() throws Exception {
        ResilientSession session = rig.build(builder -> builder);
        assertThat(registered()).isEmpty();

        session.start();
        assertThat(registered()).containsExactly(name("name=tested"));

        session.close();
        assertThat(registered()).isEmpty();
    }

    @Test
    void isGone_whenTheStartFails() throws Exception {
        ResilientSession session = rig.build(builder -> builder.curator(CuratorFrameworkFactory.builder()
                .connectString(rig.proxy().connectString())
                .zookeeperFactory((hosts, timeout, watcher, readOnly) -> {
                    throw new IllegalStateException("no handle today");
                })));

        assertThatThrownBy(session::start).hasStackTraceContaining("no handle today");

        assertThat(registered()).isEmpty();
    }

    @Test
    void isGone_whenTheOwnerHasEnded() throws Exception {
        var owner = new TestOwner();
        ResilientSession session = rig.connect(builder -> builder.owner(owner));
        assertThat(registered()).hasSize(1);

        owner.end();
        awaitState(session, SessionState.CLOSED);

        eventually(() -> assertThat(registered()).isEmpty());
    }

    @Test
    void givesSessionsOfOneNameANumber() throws Exception {
        ResilientSession first = rig.start(builder -> builder);
        ResilientSession second = rig.start(builder -> builder);
        rig.start(builder -> builder);
        assertThat(registered())
                .containsExactlyInAnyOrder(
                        name("name=tested"), name("name=tested,instance=2"), name("name=tested,instance=3"));
        assertThat(first.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(second.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(bean("name=tested,instance=2").getSessionId())
                .isEqualTo(second.info().orElseThrow().sessionIdHex());

        second.close();
        assertThat(registered()).containsExactlyInAnyOrder(name("name=tested"), name("name=tested,instance=3"));
        first.close();
        rig.start(builder -> builder);
        assertThat(registered()).containsExactlyInAnyOrder(name("name=tested"), name("name=tested,instance=3"));
    }

    @Test
    void closesTheSession() throws Exception {
        ResilientSession session = rig.connect();

        bean("name=tested").close();

        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(registered()).isEmpty();
    }

    @Test
    @DisplayName("answers while a listener blocks and the server is silent: no attribute waits for anything")
    void answersAtOnce_whateverHangs() throws Exception {
        var release = new CountDownLatch(1);
        try {
            ResilientSession session = rig.connect(builder -> builder.listener(transition -> Blocking.until(release)));
            rig.proxy().freeze();
            awaitState(session, SessionState.LOST);
            ObjectName name = name("name=tested");
            String[] attributes = Arrays.stream(SERVER.getMBeanInfo(name).getAttributes())
                    .map(attribute -> attribute.getName())
                    .toArray(String[]::new);

            var read = CompletableFuture.supplyAsync(() -> {
                try {
                    return SERVER.getAttributes(name, attributes);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });

            assertThat(read.get(5, TimeUnit.SECONDS)).hasSize(attributes.length).hasSize(21);
        } finally {
            release.countDown();
        }
    }

    @Test
    @DisplayName("a server that refuses the bean is no reason not to work")
    void worksUnseen_whenTheServerRefuses() throws Exception {
        // A thousand of one name: an MBean server cannot be made to refuse otherwise.
        for (int i = 1; i <= 1_000; i++) {
            SERVER.registerMBean(new Stranger(), name("name=tested" + (i == 1 ? "" : ",instance=" + i)));
        }
        try {
            rig.connect();
            assertThat(rig.logLines())
                    .filteredOn(line -> line.contains("JMX"))
                    .singleElement()
                    .asString()
                    .startsWith("WARN session 'tested': cannot be registered with JMX");
        } finally {
            for (ObjectName name : registered()) {
                SERVER.unregisterMBean(name);
            }
        }
    }

    /** Management of something else. */
    public interface StrangerMBean {}

    /** Something else. */
    public static final class Stranger implements StrangerMBean {}

    private static SessionMXBean bean(String keys) throws Exception {
        assertThat(registered()).contains(name(keys));
        return JMX.newMXBeanProxy(SERVER, name(keys), SessionMXBean.class);
    }

    private static ObjectName name(String keys) throws Exception {
        return new ObjectName("io.perennial:type=Session," + keys);
    }

    private static Set<ObjectName> registered() throws Exception {
        return SERVER.queryNames(new ObjectName("io.perennial:type=Session,*"), null);
    }
}
