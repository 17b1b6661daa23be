package io.perennial.internal.ephemeral;

import io.github.resilience4j.core.IntervalFunction;
import io.perennial.internal.engine.Backoff;
import io.perennial.internal.engine.EventLoop;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that wait for their next attempt: one timer for all of them, however many (S-22). Confined to the event loop.
 */
final class RetryQueue {
    private static final Duration SHORTEST_BOUND = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private record Entry(long due, long ticket, TrackedNode node) {}

    private final EventLoop loop;
    private final Consumer<TrackedNode> due;
    private final IntervalFunction backoff;
    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::ticket));
    private long tickets;
    private EventLoop.@Nullable Timer timer;
    private long timerDue;

    RetryQueue(EventLoop loop, RandomGenerator random, Consumer<TrackedNode> due) {
        this.loop = loop;
        this.backoff = Backoff.fullJitter(SHORTEST_BOUND, LONGEST, random);
        this.due = due;
    }

    /** The node waits until its time has come, or it is told to stop waiting. Returns the delay. */
    Duration later(TrackedNode node, int attempt) {
        Duration delay = Duration.ofMillis(backoff.apply(attempt));
        tickets++;
        node.activity.await(tickets);
        queue.add(new Entry(loop.ticker().nanos() + delay.toNanos(), tickets, node));
        arm();
        return delay;
    }

    void clear() {
        queue.clear();
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void arm() {
        Entry first = queue.peek();
        if (first == null || (timer != null && timerDue - first.due <= 0)) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        timerDue = first.due;
        timer = loop.schedule(
                Duration.ofNanos(Math.max(0, first.due - loop.ticker().nanos())), this::elapsed);
    }

    private void elapsed() {
        timer = null;
        long now = loop.ticker().nanos();
        for (Entry entry = queue.peek(); entry != null && entry.due - now <= 0; entry = queue.peek()) {
            queue.remove();
            if (entry.node.activity.isDue(entry.ticket)) {
                due.accept(entry.node);
            }
        }
        arm();
    }
}
