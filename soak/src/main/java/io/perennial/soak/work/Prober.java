package io.perennial.soak.work;

import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;

/** Checks that a session is well: its state, a synchronous call, a background call and a callback. */
final class Prober {
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Site site;
    private final ExecutorService threads;

    /** How an answer went. */
    private record Answer(Duration took, String failure) {}

    Prober(Site site, ExecutorService threads) {
        this.site = site;
        this.threads = threads;
    }

    SessionProbe probe() {
        CompletableFuture<Answer> synchronous = ask("synchronous calls", this::callSynchronously);
        CompletableFuture<Answer> background = ask("a background call", this::callInBackground);
        CompletableFuture<Answer> callback = ask("a callback", this::awaitCallback);
        Answer[] answers = {synchronous.join(), background.join(), callback.join()};
        Optional<SessionInfo> info = site.session().info();
        SessionState state = site.session().state();
        StringBuilder failure = new StringBuilder();
        for (Answer answer : answers) {
            failure.append(answer.failure());
        }
        if (state != SessionState.CONNECTED || info.isEmpty()) {
            failure.append("it is ").append(state).append("; ");
        }
        if (failure.length() > 0) {
            failure.append(site.session().report().problems());
        }
        return new SessionProbe(
                site.name(),
                state,
                info.map(SessionInfo::sessionId).orElse(0L),
                info.map(SessionInfo::generation).orElse(0L),
                failure.toString(),
                answers[0].took(),
                answers[1].took(),
                answers[2].took());
    }

    private CompletableFuture<Answer> ask(String what, Callable<String> question) {
        long began = System.nanoTime();
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return question.call();
                    } catch (Exception e) {
                        return what + " failed: " + e + "; ";
                    }
                },
                threads);
        return answer.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> failure instanceof TimeoutException
                        ? "no answer to " + what + " within " + PATIENCE + "; "
                        : what + " failed: " + failure + "; ")
                .thenApply(failure -> new Answer(Duration.ofNanos(System.nanoTime() - began), failure));
    }

    private String callSynchronously() throws Exception {
        var unused = site.session()
                .operations()
                .within(PATIENCE)
                .call(
                        Effect.READ,
                        curator -> Optional.ofNullable(curator.checkExists().forPath("/")));
        site.session().curator().checkExists().forPath("/");
        return "";
    }

    private String callInBackground() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CuratorFramework curator = site.session().curator();
        curator.checkExists()
                .inBackground((client, event) -> answered.countDown())
                .forPath("/");
        site.session()
                .operations()
                .within(PATIENCE)
                .callInBackground(Effect.READ, (c, in) -> c.getChildren()
                        .inBackground(in.callback(), in.context())
                        .forPath("/"))
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return answered.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) ? "" : "no answer to Curator's background; ";
    }

    private String awaitCallback() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (Watch watch = site.session().watches().node("/", change -> told.countDown())) {
            return told.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    ? ""
                    : "no callback of the watch of " + watch.path() + "; ";
        }
    }
}
