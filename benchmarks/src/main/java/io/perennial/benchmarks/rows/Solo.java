package io.perennial.benchmarks.rows;

import com.sun.management.OperatingSystemMXBean;
import io.perennial.benchmarks.processes.Child;
import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Heard;
import io.perennial.benchmarks.variants.Variant;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program of {@link Alone}. */
final class Solo {
    private static final int CONNECTING_AT_ONCE = 50;

    /** What must not be collected before it is measured. */
    private static final List<Object> KEPT = new ArrayList<>();

    /** What it does. */
    enum Work {
        /** Connects, once: milliseconds. */
        START,
        /** Bytes for each ephemeral node. */
        HEAP_OF_NODES,
        /** Bytes for each watched node. */
        HEAP_OF_WATCHES,
        /** Bytes for each session. */
        HEAP_OF_SESSIONS,
        /** Sessions that do nothing: percent of one processor. */
        IDLE
    }

    private Solo() {}

    public static void main(String[] args) throws Exception {
        Variant variant = Variant.valueOf(args[1]);
        int size = Integer.parseInt(args[2]);
        String connectString = args[3];
        double figure =
                switch (Work.valueOf(args[0])) {
                    case START -> start(variant, connectString);
                    case HEAP_OF_NODES -> heapOfItems(variant, size, connectString, true);
                    case HEAP_OF_WATCHES -> heapOfItems(variant, size, connectString, false);
                    case HEAP_OF_SESSIONS -> heapOfSessions(variant, size, connectString);
                    case IDLE -> idle(variant, size, connectString);
                };
        Child.answer(figure);
        Runtime.getRuntime().halt(0); // A thousand sessions need not be closed one by one.
    }

    private static double start(Variant variant, String connectString) throws Exception {
        long begun = System.nanoTime();
        variant.client(connectString, connected -> {}).connect();
        return Lab.millis(System.nanoTime() - begun);
    }

    private static double heapOfItems(Variant variant, int size, String connectString, boolean nodes) throws Exception {
        Client client = variant.client(connectString, connected -> {});
        client.connect();
        var heard = new Heard();
        KEPT.add(client);
        double before = usedHeap();
        List<String> paths = Lab.paths(nodes ? Lab.NODES : Lab.WATCHED, size); // The client keeps those that it needs.
        if (nodes) {
            client.register(paths); // Alone's observer sees them.
        } else {
            client.watch(paths, heard);
            Lab.await("all watched nodes", 10_000_000, () -> heard.nodes() == size);
            heard.forget();
        }
        TimeUnit.SECONDS.sleep(8); // Its last request has long been sent.
        double after = usedHeap();
        return (after - before) / size;
    }

    private static double heapOfSessions(Variant variant, int size, String connectString) throws Exception {
        variant.client(connectString, connected -> {}).connect(); // what is loaded once
        double before = usedHeap();
        KEPT.add(sessions(variant, size, connectString));
        TimeUnit.SECONDS.sleep(2);
        double after = usedHeap();
        return (after - before) / size;
    }

    private static double idle(Variant variant, int size, String connectString) throws Exception {
        KEPT.add(sessions(variant, size, connectString));
        TimeUnit.SECONDS.sleep(5);
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long begun = System.nanoTime();
        long processor = system.getProcessCpuTime();
        TimeUnit.SECONDS.sleep(20); // two heartbeats of each
        return 100.0 * (system.getProcessCpuTime() - processor) / (System.nanoTime() - begun);
    }

    private static List<Client> sessions(Variant variant, int size, String connectString) throws Exception {
        List<Client> sessions = new ArrayList<>();
        List<Thread> connecting = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Client client = variant.client(connectString, connected -> {});
            sessions.add(client);
            Thread thread = new Thread(() -> connect(client), "connecting-" + i);
            thread.start();
            connecting.add(thread);
            if (connecting.size() == CONNECTING_AT_ONCE) {
                join(connecting);
            }
        }
        join(connecting);
        return sessions;
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }

    private static void connect(Client client) {
        try {
            client.connect();
        } catch (Exception e) {
            Child.fail("connecting: " + e);
        }
    }

    /** What is still used after collections that find nothing more. */
    private static double usedHeap() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
