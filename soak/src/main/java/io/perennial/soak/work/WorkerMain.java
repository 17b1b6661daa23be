package io.perennial.soak.work;

import io.perennial.soak.history.Fields;
import io.perennial.soak.history.HistoryWriter;
import io.perennial.test.ClientFaults;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The main class of a client JVM: some sessions at work, and a conductor that asks by lines on standard input: a
 * number, a verb and its arguments. Each answer is some lines {@code number row ...} and one {@code number ok} or
 * {@code number failed reason}. When the input ends, the JVM ends.
 */
final class WorkerMain {
    static final int SESSIONS = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LOOK_MILLIS = 20;
    private static final int LOOKS_BETWEEN_FLUSHES = 50;
    private static final int DUEL_MILLIS = 3_000;

    private final PrintStream answers;
    private final int index;
    private final Path log;
    private final HistoryWriter history;
    private final Churn churn = new Churn();
    private final Figures figures = new Figures();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> daemon("soak-questions", task));
    private final List<WorkedSession> sessions = new ArrayList<>();

    private WorkerMain(PrintStream answers, int index, Path history, Path log) {
        this.answers = answers;
        this.index = index;
        this.log = log;
        this.history = new HistoryWriter(history);
    }

    /**
     * Runs until the end of the input.
     *
     * @param args its index, how many workers there are, the seed, the connect string, the files of its history and its
     *     log
     * @throws IOException when standard input cannot be read
     */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err); // whatever else is printed
        int index = Integer.parseInt(args[0]);
        var worker = new WorkerMain(answers, index, Path.of(args[4]), Path.of(args[5]));
        worker.start(args[3], Integer.parseInt(args[1]), Long.parseLong(args[2]));
        worker.serve();
        Runtime.getRuntime().halt(0);
    }

    private void start(String connectString, int workers, long seed) {
        var random = new Random(seed);
        List<String> everybody = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            for (int i = 0; i < SESSIONS; i++) {
                everybody.add(WorkedSession.name(worker, i));
            }
        }
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(new WorkedSession(
                    index, i, connectString, random.nextLong(), history, churn, figures, threads, everybody));
        }
        daemon("soak-sampler", this::sample).start();
        daemon("soak-duels", () -> fight(new Random(random.nextLong()))).start();
        sessions.forEach(
                session -> daemon("soak-prepare", () -> prepare(session)).start());
    }

    private void prepare(WorkedSession session) {
        while (!churn.hasEnded()) {
            try {
                session.prepare();
                return;
            } catch (RuntimeException e) {
                Churn.sleep(LOOK_MILLIS);
            }
        }
    }

    private void sample() {
        for (int looks = 0; !churn.hasEnded(); looks++) {
            for (WorkedSession session : sessions) {
                session.sampler().look();
            }
            if (looks % LOOKS_BETWEEN_FLUSHES == 0) {
                history.flush();
            }
            Churn.sleep(LOOK_MILLIS);
        }
        sessions.forEach(session -> session.sampler().flush());
    }

    private void fight(Random random) {
        while (!churn.hasEnded()) {
            Churn.sleep(random.nextInt(2 * DUEL_MILLIS));
            try (Churn.Ticket ticket = churn.begin("a duel of worker " + index)) {
                if (ticket == null) {
                    return;
                }
                int one = random.nextInt(SESSIONS);
                int other = (one + 1 + random.nextInt(SESSIONS - 1)) % SESSIONS;
                String path = Places.SHARED + "/duel" + index + "-" + random.nextInt(2);
                sessions.get(one).nodes().duel(sessions.get(other).nodes(), path);
            } catch (Exception e) {
                figures.count("failed duels");
            }
        }
    }

    private void serve() throws IOException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            List<String> question = Fields.split(line);
            threads.execute(() -> answer(question));
        }
    }

    private void answer(List<String> question) {
        String number = question.get(0);
        try {
            for (List<String> row : rows(question.get(1), question.subList(2, question.size()))) {
                List<String> fields = new ArrayList<>(List.of(number, "row"));
                fields.addAll(row);
                print(fields);
            }
            print(List.of(number, "ok"));
        } catch (Exception | AssertionError e) {
            print(List.of(number, "failed", String.valueOf(e)));
        }
    }

    private synchronized void print(List<String> fields) {
        answers.println(Fields.join(fields));
        answers.flush();
    }

    private List<List<String>> rows(String verb, List<String> arguments) throws InterruptedException {
        return switch (verb) {
            case "probe" -> probe();
            case "sessions" ->
                sessions.stream()
                        .map(session -> List.of(Long.toString(session.sessionId())))
                        .toList();
            case "pause" -> {
                churn.pause(PATIENCE);
                history.flush();
                yield List.of();
            }
            case "work" -> {
                churn.work();
                yield List.of();
            }
            case "nodes" ->
                sessions.stream()
                        .flatMap(session -> session.expectedNodes().stream())
                        .map(ExpectedNode::fields)
                        .toList();
            case "watches" ->
                sessions.stream()
                        .flatMap(session -> session.expectedWatches().stream())
                        .map(ExpectedWatch::fields)
                        .toList();
            case "unfinished" -> churn.underWay().stream().map(List::of).toList();
            case "resources" -> List.of(Resources.now(log).fields());
            case "figures" ->
                figures.all().entrySet().stream()
                        .map(figure -> List.of(figure.getKey(), Long.toString(figure.getValue())))
                        .toList();
            case "expire" -> {
                ClientFaults.expire(sessions.get(Integer.parseInt(arguments.get(0)))
                        .site()
                        .session()
                        .curator());
                yield List.of();
            }
            case "end" -> end();
            default -> throw new IllegalArgumentException(verb);
        };
    }

    private List<List<String>> probe() {
        List<CompletableFuture<SessionProbe>> all = sessions.stream()
                .map(session -> CompletableFuture.supplyAsync(session::probe, threads))
                .toList();
        return all.stream().map(probe -> probe.join().fields()).toList();
    }

    private List<List<String>> end() throws InterruptedException {
        churn.pause(PATIENCE);
        churn.end();
        Churn.sleep(10 * LOOK_MILLIS);
        sessions.forEach(WorkedSession::close);
        history.close();
        return List.of();
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
