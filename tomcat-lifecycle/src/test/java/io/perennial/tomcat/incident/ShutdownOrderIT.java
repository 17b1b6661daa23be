package io.perennial.tomcat.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.tomcat.incident.Row.Backend;
import io.perennial.tomcat.incident.Row.Client;
import io.perennial.tomcat.incident.Row.History;
import io.perennial.tomcat.incident.Row.ServerState;
import io.perennial.tomcat.incident.webapp.Opened;
import io.perennial.tomcat.testing.RealTomcat;
import io.perennial.tomcat.testing.RealTomcat.Deployed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.core.StandardContext;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an application's end does in which order (Dubbo #333: the client was closed while nodes were being released).
 */
@ExtendWith(NoLeaks.class)
@Tag("S-52")
class ShutdownOrderIT {
    @TempDir
    Path directory;

    @AutoClose
    final EmbeddedServer server = EmbeddedServer.start();

    @AutoClose
    final FaultProxy proxy = new FaultProxy(server.port());

    /**
     * The server ends the nodes with the session, so closing it is what releases them. The connection is cut when the
     * server has answered that: it stands until then.
     */
    @ParameterizedTest
    @EnumSource(names = {"GUARDED", "LISTENER", "INITIALIZER"})
    @DisplayName("Shutdown: nodes are released first, then the client closes")
    void releasesNodes_beforeTheClientIsClosed(Client client) throws Exception {
        try (RealTomcat tomcat = new RealTomcat(directory).start()) {
            Deployed application = deploy(tomcat, client);
            long session = server.sessionIds().iterator().next();
            CompletableFuture<Void> closed = proxy.loseAcknowledgement(code -> code == OpCode.closeSession);
            CompletableFuture<Boolean> aliveWhenCut = closed.thenApply(done -> server.isSessionAlive(session));
            int connections = proxy.connectionsAccepted();

            tomcat.undeploy(application);

            assertThat(aliveWhenCut.get(10, TimeUnit.SECONDS)).isFalse();
            assertThat(server.sessionIds()).isEmpty();
            assertThat(proxy.requests(OpCode.closeSession)).isEqualTo(1);
            assertThat(proxy.connectionsAccepted()).isEqualTo(connections);
            application.remains().assertThreadsGone();
        }
    }

    private Deployed deploy(RealTomcat tomcat, Client client) {
        Row row = new Row(Way.UNDEPLOY, ServerState.ALIVE, client, History.WARM, Backend.LOGBACK);
        StandardContext context = RealTomcat.context(
                "/r", "", row.war(directory.resolve("r"), "r", proxy.connectString(), Duration.ofSeconds(30)));
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                context.getServletContext().setAttribute(Opened.START, 1);
            }
        });
        return tomcat.deploy(context);
    }
}
