package io.perennial.benchmarks;

import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.engine.EventSpan;
import io.perennial.internal.telemetry.FlightJournal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The cost of Flight Recorder events while nothing is recorded: each event alone, and together with the rest of what
 * the session does at that point. Run by {@link FlightOverhead}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlightBenchmark {
    private final FlightJournal journal = new FlightJournal("benchmark");
    private final SessionTransition transition = new SessionTransition(
            SessionState.SUSPENDED,
            SessionState.CONNECTED,
            Cause.CONNECTED,
            null,
            Duration.ofMillis(250),
            null,
            "connected again");

    /**
     * A listener's call.
     *
     * @param listener in its place
     */
    @Benchmark
    public void callbackAlone(Blackhole listener) {
        listener.consume(transition);
    }

    /**
     * The same, as the session reports it.
     *
     * @param listener in its place
     */
    @Benchmark
    public void callbackTold(Blackhole listener) {
        EventSpan<String> flight = journal.callbackBegins();
        listener.consume(transition);
        flight.end("listener");
    }

    /**
     * A transition.
     *
     * @param listener in place of what receives it
     */
    @Benchmark
    public void transitionAlone(Blackhole listener) {
        listener.consume(transition);
    }

    /**
     * The same, as the session reports it.
     *
     * @param listener in place of what receives it
     */
    @Benchmark
    public void transitionTold(Blackhole listener) {
        listener.consume(transition);
        journal.transition(transition);
    }

    /** What the engine does now and then. */
    @Benchmark
    public void keepUpTold() {
        journal.keepUp();
    }
}
