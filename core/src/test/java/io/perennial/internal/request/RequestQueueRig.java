package io.perennial.internal.request;

import io.perennial.RestorePolicy;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.Quarantine.Verdict;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;

/** A queue of requests whose server and event loop a test plays itself. */
abstract class RequestQueueRig {
    final Hand hand = new Hand();
    final Quarantine quarantine = new Quarantine(1_048_575);
    RequestQueue queue = newQueue();
    /** Sent, and not answered yet. */
    final Map<String, Consumer<Reply>> sent = new LinkedHashMap<>();

    final Map<String, Reply> answers = new LinkedHashMap<>();

    RequestQueue newQueue() {
        return newQueue(RestorePolicy.defaults());
    }

    RequestQueue newQueue(RestorePolicy policy) {
        return new RequestQueue(hand, policy, quarantine, new Random(1));
    }

    void read(String path) {
        submit(RequestKind.GET_CHILDREN, path);
    }

    void submit(RequestKind kind, String path) {
        submit(kind, path, path);
    }

    /** Two requests may be the same: names tell them apart. */
    void submit(RequestKind kind, String path, String name) {
        queue.submit(PendingRequest.single(
                kind, path, 0, reply -> answers.put(name, reply), reply -> sent.put(name, reply)));
        hand.runAll();
    }

    void create(String name, String... paths) {
        List<RequestKey> keys = Stream.of(paths)
                .map(path -> new RequestKey(RequestKind.CREATE, path, 0))
                .toList();
        queue.submit(PendingRequest.transaction(
                () -> keys, keys.size(), reply -> answers.put(name, reply), reply -> sent.put(name, reply)));
        hand.runAll();
    }

    void answer(String path, Code code) {
        sent.remove(path).accept(Reply.of(code.intValue(), path));
        hand.runAll();
    }

    Verdict verdict(String path) {
        return quarantine.verdict(new RequestKey(RequestKind.GET_CHILDREN, path, 0), hand.nanos());
    }

    void loseTwice(String... paths) {
        for (int i = 0; i < 2; i++) {
            for (String path : paths) {
                read(path);
            }
            breakConnection();
        }
    }

    void breakConnection() {
        for (String path : List.copyOf(sent.keySet())) {
            answer(path, Code.CONNECTIONLOSS);
        }
        answers.clear();
        queue.end();
        queue = newQueue();
    }

    /** An event loop that is turned by hand. */
    static final class Hand implements RequestQueue.Host {
        private record Timer(long due, Runnable task) {}

        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.compare(a.due(), b.due()));
        private long now = 1_000_000_000L;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void schedule(Duration delay, Runnable task) {
            timers.add(new Timer(now + delay.toNanos(), task));
        }

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        void pass(Duration time) {
            long end = now + time.toNanos();
            runAll();
            for (Timer next = timers.peek(); next != null && next.due() <= end; next = timers.peek()) {
                timers.remove();
                now = Math.max(now, next.due());
                next.task().run();
                runAll();
            }
            now = end;
        }
    }
}
