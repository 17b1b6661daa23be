package io.perennial.soak.work;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.soak.history.Fields;
import io.perennial.soak.history.RunDirectory;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * The conductor's handle on a client JVM. Thread-safe; a question that is not answered in time fails with an
 * exception.
 */
public final class Worker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(60);
    /** Five JVMs begin at once, beside whatever else the machine does. */
    private static final Duration PATIENCE_WITH_THE_START = Duration.ofMinutes(3);

    private static final int WORKERS = 5;

    private final int index;
    private final Process process;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Writer questions;

    private final AtomicLong asked = new AtomicLong();
    private final Map<Long, Question> open = new ConcurrentHashMap<>();

    /** A question that waits for its last line. */
    private static final class Question {
        private final List<List<String>> rows = new ArrayList<>(); // confined to the reader, until answered
        private final CompletableFuture<List<List<String>>> answer = new CompletableFuture<>();
    }

    private Worker(int index, Process process) {
        this.index = index;
        this.process = process;
        questions = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "soak-answers-" + index);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a client JVM, which connects and works.
     *
     * @param index from 0
     * @param connectString of names that change their addresses: {@code zk1:port,zk2:port,zk3:port}
     * @param seed what it draws from
     * @param directory where its history and its log go
     * @param jvmOptions heap and so on
     * @return at once
     */
    public static Worker start(
            int index, String connectString, long seed, RunDirectory directory, List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(jvmOptions);
        command.add("-Dlogback.configurationFile=worker-logback.xml");
        command.add("-Dsoak.log=" + directory.log(index));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WorkerMain.class.getName()));
        command.addAll(List.of(
                Integer.toString(index),
                Integer.toString(WORKERS),
                Long.toString(seed),
                connectString,
                directory.history(index).toString(),
                directory.log(index).toString()));
        try {
            File errors = new File(directory.log(index) + ".err");
            return new Worker(
                    index, new ProcessBuilder(command).redirectError(errors).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Its place.
     *
     * @return from 0
     */
    public int index() {
        return index;
    }

    /**
     * Its process.
     *
     * @return the id
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Its sessions' names.
     *
     * @return always in the same order
     */
    public List<String> sessions() {
        return IntStream.range(0, WorkerMain.SESSIONS)
                .mapToObj(session -> WorkedSession.name(index, session))
                .toList();
    }

    /**
     * Asks every session, all at the same time; answers within 5 s, or the failure says so.
     *
     * @return one for each session
     */
    public List<SessionProbe> probe() {
        return ask(PATIENCE, "probe").stream().map(SessionProbe::parse).toList();
    }

    /**
     * The server session of each session, 0 for none, at once and without asking a server.
     *
     * @return their ids
     */
    public List<Long> sessionIds() {
        return ask(PATIENCE, "sessions").stream()
                .map(row -> Long.parseLong(row.get(0)))
                .toList();
    }

    /** Waits until its JVM is up and its sessions are started. */
    public void awaitStart() {
        tell(PATIENCE_WITH_THE_START, "sessions");
    }

    /** Stops working, and waits until what is under way has ended, or 20 s. */
    public void pause() {
        tell(LONG_PATIENCE, "pause");
    }

    /** Works again. */
    public void work() {
        tell(PATIENCE, "work");
    }

    /**
     * What it has; while it is paused.
     *
     * @return its nodes, its watches, and what has not ended
     */
    public Quiet quiet() {
        return new Quiet(
                ask(PATIENCE, "nodes").stream().map(ExpectedNode::parse).toList(),
                ask(PATIENCE, "watches").stream().map(ExpectedWatch::parse).toList(),
                ask(PATIENCE, "unfinished").stream().map(row -> row.get(0)).toList());
    }

    /**
     * What it uses, after a collection.
     *
     * @return its resources
     */
    public Resources resources() {
        return Resources.parse(ask(PATIENCE, "resources").get(0));
    }

    /**
     * Has a session of its take itself for expired while the server keeps it.
     *
     * @param session its place
     */
    public void expireAtClient(int session) {
        tell(PATIENCE, "expire", Integer.toString(session));
    }

    /**
     * Stops the whole JVM by SIGSTOP and continues it; returns when it is over.
     *
     * @param length how long
     */
    public void stall(Duration length) {
        signal("STOP");
        try {
            Thread.sleep(length.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            signal("CONT");
        }
    }

    /**
     * What it has done so far, for the report.
     *
     * @return by name: operations by outcome, restorations, changes reported, and so on
     */
    public Map<String, Long> figures() {
        Map<String, Long> figures = new TreeMap<>();
        ask(PATIENCE, "figures").forEach(row -> figures.put(row.get(0), Long.parseLong(row.get(1))));
        return figures;
    }

    /** Closes its sessions in an orderly way and ends the JVM. */
    public void end() {
        tell(LONG_PATIENCE, "end");
        close();
    }

    /** Kills it, if it is there. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Duration patience, String verb, String... arguments) {
        var unused = ask(patience, verb, arguments);
    }

    private List<List<String>> ask(Duration patience, String verb, String... arguments) {
        long number = asked.incrementAndGet();
        var question = new Question();
        open.put(number, question);
        List<String> fields = new ArrayList<>(List.of(Long.toString(number), verb));
        fields.addAll(List.of(arguments));
        try {
            synchronized (lock) {
                questions.write(Fields.join(fields) + "\n");
                questions.flush();
            }
            return question.answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | ExecutionException e) {
            throw new IllegalStateException("worker " + index + " was asked to " + verb + ": " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "worker " + index + " was asked to " + verb + ": no answer within " + patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            open.remove(number);
        }
    }

    private void read() {
        try (BufferedReader answers =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                hear(Fields.split(line));
            }
        } catch (IOException e) {
            // It was killed: its output ends here.
        }
        open.values().forEach(question -> question.answer.completeExceptionally(new IOException("it has ended")));
    }

    private void hear(List<String> fields) {
        Question question = open.get(Long.parseLong(fields.get(0)));
        if (question == null) {
            return; // nobody waits any more
        }
        switch (fields.get(1)) {
            case "row" -> question.rows.add(fields.subList(2, fields.size()));
            case "ok" -> question.answer.complete(question.rows);
            default -> question.answer.completeExceptionally(new IOException(fields.get(2)));
        }
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("SIG" + name + " to worker " + index + " failed: " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
