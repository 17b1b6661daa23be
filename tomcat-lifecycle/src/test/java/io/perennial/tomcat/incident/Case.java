package io.perennial.tomcat.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.tomcat.incident.Row.ServerState;
import io.perennial.tomcat.incident.webapp.Opened;
import io.perennial.tomcat.reaper.Orphans;
import io.perennial.tomcat.testing.RealTomcat;
import io.perennial.tomcat.testing.RealTomcat.Deployed;
import io.perennial.tomcat.testing.Remains;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.core.StandardContext;

/** A row's application, from its deployment to its end, with a way to the server of its own. */
final class Case implements AutoCloseable {
    /** Longer than the time for the end: what is gone was closed, and did not expire. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Nobody could close this one, so it has to expire while it is observed. */
    private static final Duration TIMEOUT_WHEN_DOWN = Duration.ofSeconds(8);

    private final Row row;
    private final String name;
    private final String path;
    private final String version;
    private final Site site;
    private final RealTomcat tomcat;
    private final FaultProxy proxy;
    private final Gate gate = new Gate();
    private final List<Remains> starts = new CopyOnWriteArrayList<>();

    // Confined to the test's thread
    private Future<Deployed> deployed;
    private Future<?> ended;
    private int endedStarts = 1;
    private long sessionId;
    private int acceptedBefore;
    private volatile long endedAt;

    Case(Row row, String name, Site site) {
        this(row, name, "/" + name, row.way() == Way.PARALLEL_DEPLOYMENT ? "1" : "", site);
    }

    private Case(Row row, String name, String path, String version, Site site) {
        this.row = row;
        this.name = name;
        this.path = path;
        this.version = version;
        this.site = site;
        tomcat = row.way() == Way.STOP_OF_TOMCAT
                ? new RealTomcat(site.directory().resolve(name + "-tomcat")).start()
                : site.tomcat();
        proxy = new FaultProxy(server().port());
    }

    Case newVersion() {
        return new Case(row, name + "b", path, "2", site);
    }

    Row row() {
        return row;
    }

    void deploy(ExecutorService threads) {
        deployed = threads.submit(() -> tomcat.deploy(context()));
    }

    private StandardContext context() {
        Duration timeout = row.server() == ServerState.DOWN ? TIMEOUT_WHEN_DOWN : TIMEOUT;
        StandardContext context = RealTomcat.context(
                path, version, row.war(site.directory().resolve(name), name, proxy.connectString(), timeout));
        context.setFailCtxIfServletStartFails(true);
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                starts.add(Remains.of(context));
                context.getServletContext().setAttribute(Opened.GATE, (Runnable) gate::pass);
                context.getServletContext().setAttribute(Opened.START, starts.size());
            }
        });
        return context;
    }

    /** Waits until the application has registered itself. */
    void awaitOpen(IndependentClient observer) {
        await("registration of " + this)
                .dontCatchUncaughtExceptions()
                .atMost(Duration.ofMinutes(4))
                .failFast(this::throwIfFailedBefore)
                .untilAsserted(() -> {
                    long owner = observer.ownerOf("/" + name).orElse(0L);
                    assertThat(owner).isNotIn(0L, sessionId);
                    sessionId = owner;
                });
        if (!row.way().isWhileStarting()) {
            assertThat(application().context().getState().isAvailable()).isTrue();
        }
    }

    private void throwIfFailedBefore() {
        if (row.way().isWhileStarting() && deployed.isDone()) {
            throw new IllegalStateException("too early (see test.log), in state "
                    + application().context().getStateName() + ": " + this);
        }
    }

    void end(ExecutorService threads) {
        ended = threads.submit(() -> {
            gate.open();
            Deployed application = application();
            switch (row.way()) {
                case UNDEPLOY,
                        UNDEPLOY_OF_STATIC_FIELD,
                        UNDEPLOY_OF_POOL_THREAD,
                        UNDEPLOY_OF_POOL_THREAD_OF_OTHER_LOADER,
                        PARALLEL_DEPLOYMENT -> tomcat.undeploy(application);
                case RELOAD -> application.context().reload();
                case STOP_OF_TOMCAT -> tomcat.stop();
                default ->
                    assertThat(application.context().getState().isAvailable()).isFalse();
            }
            endedAt = System.nanoTime();
        });
    }

    boolean hasEnded() {
        return ended.isDone() && get(ended) == null;
    }

    Duration sinceEnd() {
        return Duration.ofNanos(System.nanoTime() - endedAt);
    }

    boolean hasMoreToEnd() {
        return row.way() == Way.RELOAD || row.way().isUncontrolled();
    }

    /** What a reloaded application registers again, when it can: its first session is gone and the server there. */
    void awaitReopen(IndependentClient observer) {
        if (row.way() == Way.RELOAD) {
            awaitOpen(observer);
        }
    }

    /** After the end: undeploys what Tomcat still has, a reloaded application or one that it failed to stop. */
    void endWhatIsLeft(ExecutorService threads) {
        endedStarts = starts.size();
        ended = threads.submit(() -> {
            tomcat.undeploy(application());
            endedAt = System.nanoTime();
        });
    }

    /** From now on every connection counts. */
    void markConnections() {
        acceptedBefore = proxy.connectionsAccepted();
    }

    int newConnections() {
        return proxy.connectionsAccepted() - acceptedBefore;
    }

    /** What runs, and what the server has. */
    Map<Symptom, String> symptoms(List<Thread> threads) {
        Map<Symptom, String> symptoms = new EnumMap<>(Symptom.class);
        List<String> own =
                threads.stream().filter(this::isOwn).map(Thread::getName).toList();
        if (!own.isEmpty()) {
            symptoms.put(Symptom.THREAD, own.toString());
        }
        int sockets = proxy.openConnections();
        if (sockets > starts.size() - endedStarts) {
            symptoms.put(Symptom.SOCKET, sockets + " connections");
        }
        if (server().isRunning() && server().isSessionAlive(sessionId)) {
            symptoms.put(Symptom.SESSION, "0x" + Long.toHexString(sessionId));
        }
        return symptoms;
    }

    /** The same with what takes longer to know. */
    Map<Symptom, String> allSymptoms(List<Thread> threads) {
        Map<Symptom, String> symptoms = symptoms(threads);
        if (!areLoadersCollected()) {
            symptoms.put(Symptom.LOADER, "kept");
        }
        List<String> warnings = site.warnings().namingUs(path.substring(1));
        if (!warnings.isEmpty()) {
            symptoms.put(Symptom.LEAK_WARNING, warnings.toString());
        }
        if (newConnections() > 0) {
            symptoms.put(Symptom.NEW_CONNECTION, newConnections() + " new connections");
        }
        return symptoms;
    }

    boolean areLoadersCollected() {
        return starts.stream().limit(endedStarts).allMatch(start -> start.loader() == null);
    }

    /** Of one of the starts that have ended; by its name too, since it may have another's context class loader. */
    private boolean isOwn(Thread thread) {
        for (int i = 0; i < endedStarts; i++) {
            ClassLoader loader = starts.get(i).loader();
            if (thread.getName().startsWith("perennial-" + name + "-" + (i + 1) + "-")
                    || loader != null
                            && (thread.getContextClassLoader() == loader
                                    || thread.getClass().getClassLoader() == loader)) {
                return true;
            }
        }
        return false;
    }

    boolean isRegistered(IndependentClient observer) {
        return observer.ownerOf("/" + name).isPresent();
    }

    /** Ends what an application without the library has left. */
    void reap() {
        for (Remains remains : starts) {
            ClassLoader loader = remains.loader();
            if (loader != null) {
                Orphans.end(path, loader);
            }
        }
    }

    private EmbeddedServer server() {
        return site.server();
    }

    private Deployed application() {
        return get(deployed);
    }

    private <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IllegalStateException(toString(), e);
        }
    }

    /** Whatever the application waits for. */
    void letGo() {
        gate.open();
    }

    @Override
    public void close() {
        if (row.way() == Way.STOP_OF_TOMCAT) {
            tomcat.close();
        }
        proxy.close();
    }

    @Override
    public String toString() {
        return name + " (" + row + ")";
    }
}
