package io.perennial.tomcat.reaper;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Curator framework, of any version and in any package. */
record OrphanedFramework(Object framework, Ownership ownership) {
    /** Facades for namespaces are frameworks too, but refuse to be closed: only the implementation itself can be. */
    static boolean is(Object object) {
        return simpleName(object).equals("CuratorFrameworkImpl");
    }

    /** Not {@code Class.getSimpleName}, which loads the enclosing classes: a stopped loader cannot. */
    private static String simpleName(Object object) {
        String name = object.getClass().getName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    void close() throws Throwable {
        ReflectiveAccess.call(framework, "close");
    }

    /**
     * Curator's loops swallow interrupts while the state is "started". {@code close()} would change that, but on a
     * stopped loader it may fail before it gets there.
     */
    void stopLoops() {
        end(framework);
        connectionStateManager().ifPresent(OrphanedFramework::end);
        shutDownExecutors();
    }

    /** Including the one that Curator 5 itself never shuts down (GH-1277). */
    void shutDownExecutors() {
        Stream<Object> found =
                ObjectGraph.find(framework, this::isCurators, ExecutorService.class::isInstance).stream();
        // On a stopped loader the walk may get no further than the framework itself.
        Stream<@Nullable Object> known = Stream.of(
                ReflectiveAccess.get(framework, "executorService", ExecutorService.class),
                ReflectiveAccess.get(framework, "runSafeService", Executor.class),
                connectionStateManager()
                        .map(manager -> (Object) ReflectiveAccess.get(manager, "service", ExecutorService.class))
                        .orElse(null));
        Stream.concat(found, known).forEach(this::shutDown);
    }

    private void shutDown(@Nullable Object executor) {
        // An executor whose class belongs to the container is the container's.
        if (executor instanceof ExecutorService service
                && (service.getClass().getClassLoader() == null || ownership.covers(service.getClass()))) {
            service.shutdownNow();
        }
    }

    private Optional<Object> connectionStateManager() {
        try {
            String name = framework
                    .getClass()
                    .getName()
                    .replace(".imps.CuratorFrameworkImpl", ".state.ConnectionStateManager");
            // A class that is loaded already is found without asking the loader, which may have stopped.
            Class<?> type = Class.forName(name, false, framework.getClass().getClassLoader());
            return Optional.ofNullable(ReflectiveAccess.get(framework, "connectionStateManager", type));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    private static void end(Object part) {
        AtomicReference<?> state = ReflectiveAccess.get(part, "state", AtomicReference.class);
        if (state != null) {
            end(state);
        }
    }

    @SuppressWarnings("unchecked")
    private static void end(AtomicReference<?> state) {
        Object current = state.get();
        if (current == null) {
            return;
        }
        Object end = ReflectiveAccess.sibling(current, "STOPPED");
        if (end == null) {
            end = ReflectiveAccess.sibling(current, "CLOSED");
        }
        if (end != null) {
            ((AtomicReference<Object>) state).set(end);
        }
    }

    private boolean isCurators(Class<?> type) {
        return ownership.covers(type) && type.getName().contains("curator");
    }
}
