package io.perennial.soak.work;

import io.perennial.ClampPolicy;
import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.SessionInfo;
import io.perennial.SessionTransition;
import io.perennial.soak.history.Fact;
import io.perennial.soak.history.HistoryWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** One session and the threads that use it. */
final class WorkedSession implements AutoCloseable {
    private static final int[] TIMEOUT_SECONDS = {4, 6, 8, 30};
    private static final int MEAN_PAUSE_MILLIS = 110;
    private static final int STEPS_BETWEEN_LOOKS = 150;

    private final Site site;
    private final NodeWork nodes;
    private final WatchWork watches;
    private final WriteWork writes;
    private final RecipeWork recipes;
    private final Sampler sampler;
    private final Prober prober;
    private final List<String> everybody;
    private final @Nullable ExecutorService callbacks;

    @FunctionalInterface
    private interface Step {
        void take(Random random) throws Exception;
    }

    WorkedSession(
            int worker,
            int index,
            String connectString,
            long seed,
            HistoryWriter history,
            Churn churn,
            Figures figures,
            ExecutorService threads,
            List<String> everybody) {
        var random = new Random(seed);
        String name = name(worker, index);
        boolean namespaced = index % 2 == 0;
        this.everybody = everybody;
        ResilientSession.Builder builder = ResilientSession.builder()
                .name(name)
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(TIMEOUT_SECONDS[index % TIMEOUT_SECONDS.length]))
                .connectTimeout(Duration.ofSeconds(2))
                .closeTimeout(Duration.ofSeconds(3))
                .operationTimeout(Duration.ofSeconds(5))
                .onTimeoutClamped(ClampPolicy.IGNORE)
                .resume(worker != 1 || index != 1);
        if (namespaced) {
            builder.namespace(Places.ROOT.substring(1));
        }
        if (index == 2) {
            callbacks = Executors.newSingleThreadExecutor(task -> daemon("soak-callbacks-" + name, task));
            builder.callbackExecutor(new UnrulyExecutor(callbacks, churn, random.nextLong()));
        } else {
            callbacks = null;
        }
        ResilientSession session = builder.build();
        site = new Site(session, namespaced, history, churn, figures);
        var unruly = new Unruly(site, random.nextLong());
        session.addListener(transition -> {
            told(transition);
            unruly.misbehave();
        });
        nodes = new NodeWork(site);
        watches = new WatchWork(site, unruly);
        writes = new WriteWork(site);
        sampler = new Sampler(site);
        recipes = new RecipeWork(site, sampler);
        prober = new Prober(site, threads);
        session.start();
        run("synchronous", random.nextLong(), this::synchronousStep);
        run("asynchronous", random.nextLong(), this::asynchronousStep);
        run("recipes", random.nextLong(), recipes::step);
    }

    static String name(int worker, int index) {
        return "w" + worker + "s" + index;
    }

    private void run(String what, long seed, Step step) {
        daemon("soak-" + what + "-" + site.name(), () -> work(what, new Random(seed), step))
                .start();
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void work(String what, Random random, Step step) {
        String name = what + " step of " + site.name();
        while (!site.churn().hasEnded()) {
            try (Churn.Ticket ticket = site.churn().begin(name)) {
                if (ticket == null) {
                    return;
                }
                step.take(random);
            } catch (InterruptedException e) {
                return;
            } catch (KeeperException | ResilientSessionException e) {
                site.figures()
                        .count("failed steps: " + what + ": " + e.getClass().getSimpleName());
            } catch (Exception | AssertionError e) {
                surprised(what, e);
            }
            Churn.sleep(random.nextInt(2 * MEAN_PAUSE_MILLIS));
        }
    }

    /** Written down for people: recipes throw many things when a connection is lost. */
    private void surprised(String what, Throwable failure) {
        site.figures().count("surprises: " + what + ": " + failure.getClass().getSimpleName());
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        site.history().add(Fact.Kind.NOTE, site.name(), what + " step failed: " + trace);
    }

    private void synchronousStep(Random random) {
        if (random.nextInt(STEPS_BETWEEN_LOOKS) == 0 && !writes.isPrepared()) {
            writes.prepare();
        }
        writes.synchronousStep(random);
        site.figures().count("synchronous steps");
    }

    private void asynchronousStep(Random random) {
        switch (random.nextInt(8)) {
            case 0, 1 -> nodes.step(random);
            case 2 -> watches.step(random);
            case 3 -> {
                if (random.nextInt(20) == 0) {
                    writes.rival(random, everybody.get(random.nextInt(everybody.size())));
                }
            }
            default -> writes.asynchronousStep(random);
        }
        site.figures().count("asynchronous steps");
    }

    private void told(SessionTransition transition) {
        SessionInfo session = transition.session();
        site.history()
                .add(
                        Fact.Kind.TRANSITION,
                        site.name(),
                        transition.from(),
                        transition.to(),
                        transition.cause(),
                        session == null ? 0 : session.generation(),
                        session == null ? 0 : session.sessionId(),
                        transition.detail());
        site.figures().count("transitions to " + transition.to());
        site.figures().count("causes " + transition.cause());
    }

    void prepare() {
        writes.prepare();
    }

    Site site() {
        return site;
    }

    NodeWork nodes() {
        return nodes;
    }

    Sampler sampler() {
        return sampler;
    }

    SessionProbe probe() {
        return prober.probe();
    }

    long sessionId() {
        return site.session().info().map(SessionInfo::sessionId).orElse(0L);
    }

    List<ExpectedNode> expectedNodes() {
        return nodes.expected(sessionId());
    }

    List<ExpectedWatch> expectedWatches() {
        return new ArrayList<>(watches.expected());
    }

    @Override
    public void close() {
        site.session().close();
        if (callbacks != null) {
            callbacks.shutdown();
        }
    }
}
