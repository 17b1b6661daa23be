package io.perennial.internal.handle;

import io.perennial.internal.request.WatchBatch;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * The tables in which ZooKeeper's client keeps its watchers by path, and finds them when an event comes. It fills them
 * only by the answer to a read of one path; many watches that are armed by one request have to be entered by hand. The
 * tables are private, so they are looked up by name: where a release of the client has none of that name, watches are
 * armed one by one.
 */
final class WatchTables {
    private static final @Nullable WatchTables OF_THE_CLIENT = ofTheClient();

    private final Way manager;
    private final Field existing;
    private final Field absent;
    private final Field parents;

    /** How a client gives what holds its tables: a method since 3.7, a field before. */
    @FunctionalInterface
    private interface Way {
        Object of(ZooKeeper client) throws ReflectiveOperationException;
    }

    private WatchTables(Way manager, Class<?> managers) throws NoSuchFieldException {
        this.manager = manager;
        this.existing = table(managers, "dataWatches");
        this.absent = table(managers, "existWatches");
        this.parents = table(managers, "childWatches");
    }

    /** Those of the ZooKeeper library that is there; null when they cannot be reached. */
    static @Nullable WatchTables get() {
        return OF_THE_CLIENT;
    }

    private static @Nullable WatchTables ofTheClient() {
        try {
            return sinceItIsAMethod();
        } catch (NoSuchMethodException e) {
            return whenItWasAField();
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null; // closed, say
        }
    }

    private static WatchTables sinceItIsAMethod() throws ReflectiveOperationException {
        Method method = open(ZooKeeper.class.getDeclaredMethod("getWatchManager"));
        return new WatchTables(method::invoke, method.getReturnType());
    }

    private static @Nullable WatchTables whenItWasAField() {
        try {
            Field field = open(ZooKeeper.class.getDeclaredField("watchManager"));
            return new WatchTables(field::get, field.getType());
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static Field table(Class<?> managers, String name) throws NoSuchFieldException {
        Field field = open(managers.getDeclaredField(name));
        if (!Map.class.isAssignableFrom(field.getType())) {
            throw new NoSuchFieldException(name + " is no map");
        }
        return field;
    }

    private static <A extends AccessibleObject> A open(A member) {
        member.setAccessible(true);
        return member;
    }

    /** Enters a batch: before it is sent, because its events come ahead of its answer. */
    void enter(ZooKeeper client, WatchBatch batch) throws ReflectiveOperationException {
        Object tables = manager.of(client);
        enter(existing.get(tables), batch.existing(), batch.watcher());
        enter(absent.get(tables), batch.absent(), batch.watcher());
        enter(parents.get(tables), batch.parents(), batch.watcher());
    }

    @SuppressWarnings("unchecked") // as it is declared there
    private static void enter(Object table, List<String> paths, Watcher watcher) {
        var watchers = (Map<String, Set<Watcher>>) table;
        synchronized (table) { // as the client does
            for (String path : paths) {
                watchers.computeIfAbsent(path, p -> new HashSet<>(2)).add(watcher);
            }
        }
    }
}
