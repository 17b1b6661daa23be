package io.perennial.test;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A program from the test class path in a separate JVM, with its output captured: for faults that hit the client's
 * whole JVM, such as SIGSTOP (a long pause) and SIGKILL. Thread-safe.
 */
public final class JvmProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChildJvm jvm;
    private final String program;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<String> lines = new ArrayList<>();

    @GuardedBy("lock")
    private boolean ended;

    private JvmProcess(ChildJvm jvm, String program) {
        this.jvm = jvm;
        this.program = program;
        Thread reader =
                new Thread(this::readOutput, "test-jvm-output-" + jvm.process().pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Runs a program; its class may be package-private.
     *
     * @param program has a main method
     * @param arguments for it
     * @return the running program
     */
    public static JvmProcess start(Class<?> program, String... arguments) {
        return start(List.of(), program, arguments);
    }

    /**
     * Runs a program with options for its JVM.
     *
     * @param jvmOptions such as {@code -Xmx64m}
     * @param program has a main method
     * @param arguments for it
     * @return the running program
     */
    public static JvmProcess start(List<String> jvmOptions, Class<?> program, String... arguments) {
        return start(List.of(), jvmOptions, program, arguments);
    }

    /**
     * Runs a program with other versions of some libraries than the test has, such as an older ZooKeeper client.
     *
     * @param libraries directories with jars, each of which takes the place of the one on the class path that has the
     *     same name up to the version
     * @param jvmOptions such as {@code -Xmx64m}
     * @param program has a main method
     * @param arguments for it
     * @return the running program
     */
    public static JvmProcess start(
            List<Path> libraries, List<String> jvmOptions, Class<?> program, String... arguments) {
        return new JvmProcess(
                ChildJvm.start(ClassPaths.replacing(libraries), jvmOptions, program.getName(), List.of(arguments)),
                program.getSimpleName());
    }

    /**
     * Its process.
     *
     * @return the id
     */
    public long pid() {
        return jvm.process().pid();
    }

    /**
     * Whether its process exists.
     *
     * @return true also while it is paused
     */
    public boolean isAlive() {
        return jvm.isAlive();
    }

    /**
     * What it has printed so far, standard output and errors together.
     *
     * @return the lines
     */
    public List<String> lines() {
        synchronized (lock) {
            return List.copyOf(lines);
        }
    }

    /**
     * How many lines it has printed so far: a position from which {@link #awaitLineAfter} can look on.
     *
     * @return the number
     */
    public int lineCount() {
        synchronized (lock) {
            return lines.size();
        }
    }

    /**
     * Waits for a line, already printed or yet to come within a minute.
     *
     * @param wanted which
     * @return the first that matches
     * @throws AssertionError when the program ends or a minute goes by without it
     */
    public String awaitLine(Predicate<String> wanted) {
        return awaitLineAfter(0, wanted);
    }

    /**
     * Like {@link #awaitLine} but leaves out the first lines.
     *
     * @param position how many
     * @param wanted which
     * @return the first that matches
     * @throws AssertionError when the program ends or a minute goes by without it
     */
    public String awaitLineAfter(int position, Predicate<String> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lock) {
            for (int next = position; ; next++) {
                while (next >= lines.size()) {
                    long millis = (deadline - System.nanoTime()) / 1_000_000;
                    if (ended || millis <= 0) {
                        throw new AssertionError(program + (ended ? " ended" : " ran for " + PATIENCE)
                                + " without the awaited line; it printed:\n" + String.join("\n", lines));
                    }
                    waitFor(millis);
                }
                if (wanted.test(lines.get(next))) {
                    return lines.get(next);
                }
            }
        }
    }

    /** SIGSTOP: no instruction of the program runs until {@link #resume()}. */
    public void pause() {
        jvm.pause();
    }

    /** SIGCONT. */
    public void resume() {
        jvm.resume();
    }

    /** SIGKILL: the program ends without running any code. */
    public void kill() {
        jvm.kill();
    }

    /** SIGTERM: the program runs its shutdown hooks. */
    public void stop() {
        jvm.stop();
    }

    @Override
    public void close() {
        jvm.kill();
    }

    private void readOutput() {
        try (BufferedReader output = jvm.process().inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lock) {
                    lines.add(line);
                    lock.notifyAll();
                }
            }
        } catch (IOException e) {
            // The process was killed: its output ends here.
        } finally {
            synchronized (lock) {
                ended = true;
                lock.notifyAll();
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its caller has the loop
    private void waitFor(long millis) {
        try {
            lock.wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a line of " + program, e);
        }
    }
}
