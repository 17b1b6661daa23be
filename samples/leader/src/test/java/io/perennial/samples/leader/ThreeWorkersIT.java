package io.perennial.samples.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.samples.leader.Bank.Answer;
import io.perennial.samples.leader.Bank.Request;
import io.perennial.samples.leader.Books.Entry;
import io.perennial.test.IndependentClient;
import io.perennial.test.JvmProcess;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The program of {@code docs/leader.md} in three processes: no job is done twice, whatever happens to them. */
@ExtendWith(NoLeaks.class)
class ThreeWorkersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SESSION_TIMEOUT = "PT3S";
    private static final List<String> JOBS =
            IntStream.rangeClosed(1, 12).mapToObj("job-%02d"::formatted).toList();

    @AutoClose
    private final ServerProcess server = ZooKeeperServers.process().start();

    @AutoClose
    private final IndependentClient observer = new IndependentClient(server.connectString());

    @AutoClose
    private final PatientBank bank = new PatientBank();

    private final Books books = new Books(observer);
    private Map<String, JvmProcess> workers = Map.of();

    ThreeWorkersIT() throws IOException {}

    @AfterEach
    void endWorkers() {
        workers.values().forEach(JvmProcess::close);
    }

    @Test
    void doEachJobOnce_thoughOneIsKilled_oneIsStopped_andTheServerRestarts() throws Exception {
        PatientBank.Delay third = bank.delay("job-03");
        PatientBank.Delay eighth = bank.delay("job-08");
        books.order(JOBS);
        workers = Stream.of("a", "b", "c").collect(Collectors.toMap(Function.identity(), this::start));

        Request ofKilled = third.awaitRequest(); // it is paid, and nobody has written that down
        workers.get(ofKilled.payer()).kill();

        Request ofStopped = eighth.awaitRequest(); // the same, but this one will go on from there
        JvmProcess stopped = workers.get(ofStopped.payer());
        stopped.pause();
        server.restart();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(books.stateOf("job-08")).startsWith("done"));
        stopped.resume();
        await().atMost(PATIENCE) // in a new session: on the old connection its write would only be lost
                .untilAsserted(() -> assertThat(books.candidates()).contains(ofStopped.payer()));
        eighth.end();
        String late = stopped.awaitLine(line -> line.startsWith("finish job-08 in epoch " + ofStopped.epoch() + ":"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(JOBS)
                .allMatch(job -> books.stateOf(job).startsWith("done")));

        SoftAssertions.assertSoftly(softly -> {
            softly.assertThat(late).contains("NOT_APPLIED", "fence: check " + Worker.EPOCH, "BADVERSION");
            List<Entry> journal = books.journal();
            softly.assertThat(journal).extracting(Entry::job).containsExactlyInAnyOrderElementsOf(JOBS);
            softly.assertThat(journal).extracting(Entry::epoch).isSorted();
            softly.assertThat(journal)
                    .anyMatch(done -> done.job().equals("job-03") && done.epoch() > ofKilled.epoch())
                    .anyMatch(done -> done.job().equals("job-08") && done.epoch() > ofStopped.epoch());
            softly.assertThat(books.changesOfJournal())
                    .as("nothing was taken back")
                    .isEqualTo(JOBS.size());
            softly.assertThat(paid()).containsExactlyInAnyOrderElementsOf(JOBS);
            softly.assertThat(paidBefore()).as("outside it was tried again").contains("job-03", "job-08");
        });
    }

    private JvmProcess start(String name) {
        return JvmProcess.start(
                Worker.class, server.connectString(), bank.address().toString(), name, SESSION_TIMEOUT);
    }

    private List<String> paid() {
        return bank.requests().stream()
                .filter(request -> request.answer() == Answer.PAID)
                .map(Request::job)
                .toList();
    }

    /** What it was asked to pay when it had paid. */
    private List<String> paidBefore() {
        return bank.requests().stream()
                .filter(request -> request.answer() == Answer.PAID_BEFORE)
                .map(Request::job)
                .toList();
    }
}
