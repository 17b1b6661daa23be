package io.perennial.tomcat.reaper;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Walks from an object through the fields of the application's own objects and through the JDK's collections, which
 * holds for any version of the libraries where a list of field names does not. Reads only: no code of the application
 * runs.
 */
final class ObjectGraph {
    /**
     * A client is some tens of objects away from its Curator framework; an application's caches are part of the same
     * graph.
     */
    private static final int MOST_OBJECTS = 50_000;

    private final Predicate<Class<?>> entered;
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Object> next = new ArrayDeque<>();

    private ObjectGraph(Predicate<Class<?>> entered) {
        this.entered = entered;
    }

    /**
     * The objects that {@code wanted} accepts, nearest first; only fields of classes that {@code entered} accepts
     * count.
     */
    static List<Object> find(Object root, Predicate<Class<?>> entered, Predicate<Object> wanted) {
        ObjectGraph graph = new ObjectGraph(entered);
        graph.add(root);
        List<Object> found = new ArrayList<>();
        while (!graph.next.isEmpty() && graph.seen.size() < MOST_OBJECTS) {
            Object object = graph.next.remove();
            if (wanted.test(object)) {
                found.add(object);
            }
            graph.expand(object);
        }
        return found;
    }

    private void expand(Object object) {
        try {
            if (object instanceof Object[] array) {
                Arrays.asList(array).forEach(this::add);
            } else if (entered.test(object.getClass())) {
                fields(object);
            } else if (object.getClass().getClassLoader() == null) {
                content(object);
            }
        } catch (RuntimeException | LinkageError e) {
            // Changed during the read, or a type that the stopped loader cannot give: this branch is not followed.
        }
    }

    private void content(Object object) {
        if (object instanceof Collection<?> collection) {
            collection.forEach(this::add);
        } else if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                add(key);
                add(value);
            });
        } else if (object instanceof AtomicReference<?> reference) {
            add(reference.get());
        } else if (object instanceof Reference<?> reference) {
            add(reference.get());
        }
    }

    private void fields(Object object) {
        for (Class<?> type = object.getClass(); type != null && entered.test(type); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    add(read(field, object));
                }
            }
        }
    }

    private static @Nullable Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(@Nullable Object object) {
        if (object != null && !(object instanceof Class) && !(object instanceof ClassLoader) && seen.add(object)) {
            next.add(object);
        }
    }
}
