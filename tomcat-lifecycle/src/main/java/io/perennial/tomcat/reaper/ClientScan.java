package io.perennial.tomcat.reaper;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The clients of one application's loader that have a thread alive, and its Curator threads. */
record ClientScan(List<OrphanedClient> clients, List<Thread> curatorThreads) {
    /** In any package: applications relocate ZooKeeper. */
    private static final Pattern CLIENT_THREAD = Pattern.compile("(.*\\.)?ClientCnxn\\$(Send|Event)Thread");

    private static final Pattern CURATOR = Pattern.compile("(.*\\.)?curator[0-9]*\\..*");

    /** Enumerates the JVM's threads. */
    static ClientScan of(ClassLoader application) {
        Ownership ownership = new Ownership(application);
        IdentityHashMap<Object, List<Thread>> byClient = new IdentityHashMap<>();
        List<Thread> curatorThreads = new ArrayList<>();
        for (Thread thread : allThreads()) {
            if (isCurators(thread, ownership)) {
                curatorThreads.add(thread);
            } else if (ownership.covers(thread.getClass())) {
                Class<?> type = clientThreadType(thread);
                if (type != null) {
                    // Without its client (the loader is stopped, and a type cannot be resolved) the thread is recorded
                    // alone.
                    Object client = ReflectiveAccess.outer(thread, type);
                    byClient.computeIfAbsent(client == null ? thread : client, key -> new ArrayList<>())
                            .add(thread);
                }
            }
        }
        List<OrphanedClient> clients = new ArrayList<>();
        byClient.forEach((client, threads) -> clients.add(new OrphanedClient(client, threads, ownership)));
        return new ClientScan(clients, curatorThreads);
    }

    boolean isEmpty() {
        return clients.isEmpty() && curatorThreads.isEmpty();
    }

    /** All threads, those of Curator included. */
    List<Thread> threads() {
        List<Thread> threads = new ArrayList<>(curatorThreads);
        clients.forEach(client -> threads.addAll(client.threads()));
        return threads;
    }

    private static @Nullable Class<?> clientThreadType(Thread thread) {
        Class<?> type = thread.getClass();
        while (type != null && !CLIENT_THREAD.matcher(type.getName()).matches()) {
            type = type.getSuperclass();
        }
        return type;
    }

    /**
     * Curator's executors have plain threads, and the JDK shows neither their task nor their factory. But Curator gives
     * each of them its own exception handler, in every version from 2.0 to 5.9.
     */
    private static boolean isCurators(Thread thread, Ownership ownership) {
        UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
        return handler != null
                && !(handler instanceof ThreadGroup)
                && ownership.covers(handler.getClass())
                && CURATOR.matcher(handler.getClass().getName()).matches();
    }

    private static List<Thread> allThreads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads;
        int count;
        do {
            threads = new Thread[root.activeCount() * 2 + 16];
            count = root.enumerate(threads, true);
        } while (count == threads.length);
        return Arrays.asList(threads).subList(0, count);
    }
}
