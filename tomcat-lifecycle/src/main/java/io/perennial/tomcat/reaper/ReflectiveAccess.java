package io.perennial.tomcat.reaper;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Fields and methods of an application's objects.
 *
 * <p>On a stopped loader {@code Class.getDeclaredField} fails when the type of <em>any</em> field of the class was
 * never loaded, and {@code getMethod} likewise; method handles resolve only the requested member. So fields are read by
 * reflection first, which works for types that this code cannot name, and by method handle where it can. Application
 * classes are in unnamed modules: nothing here needs {@code --add-opens}.
 */
final class ReflectiveAccess {
    private ReflectiveAccess() {}

    /** The value of the first field of that name in the object's class or a superclass; null also if there is none. */
    static @Nullable Object get(Object target, String name) {
        for (Class<?> type = target.getClass(); type != null && !isJdk(type); type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field.get(target);
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                // Not in this class, or the loader is stopped and a type is missing: look further up.
            }
        }
        return null;
    }

    /** Like {@link #get} for a field of a known type; works although other fields' types are missing. */
    static <T> @Nullable T get(Object target, String name, Class<T> fieldType) {
        for (Class<?> type = target.getClass(); type != null && !isJdk(type); type = type.getSuperclass()) {
            try {
                @SuppressWarnings("unchecked")
                T value = (T) MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                        .findGetter(type, name, fieldType)
                        .invoke(target);
                return value;
            } catch (Throwable e) {
                rethrowFatal(e);
            }
        }
        return null;
    }

    /** The instance that encloses {@code inner}, an instance of the inner class {@code innerType} or a subclass. */
    static @Nullable Object outer(Object inner, Class<?> innerType) {
        Object outer = get(inner, "this$0");
        if (outer != null) {
            return outer;
        }
        try {
            Class<?> outerType = innerType.getDeclaringClass();
            return outerType == null
                    ? null
                    : MethodHandles.privateLookupIn(innerType, MethodHandles.lookup())
                            .findGetter(innerType, "this$0", outerType)
                            .invoke(inner);
        } catch (Throwable e) {
            rethrowFatal(e);
            return null;
        }
    }

    /** Whether the field was there and now has that value. */
    static boolean set(Object target, String name, Object value) {
        for (Class<?> type = target.getClass(); type != null && !isJdk(type); type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                field.set(target, value);
                return true;
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                // As above.
            }
        }
        return false;
    }

    /** Calls a method without parameters and result. */
    static void call(Object target, String method) throws Throwable {
        Class<?> type = target.getClass();
        MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                .findVirtual(type, method, MethodType.methodType(void.class))
                .invoke(target);
    }

    /** The constant of that name in the enum that {@code constant} belongs to. */
    static @Nullable Object sibling(Object constant, String name) {
        if (constant instanceof Enum<?> value) {
            for (Object one : value.getDeclaringClass().getEnumConstants()) {
                if (((Enum<?>) one).name().equals(name)) {
                    return one;
                }
            }
        }
        return null;
    }

    /** An error that a stopped loader throws is no more fatal than an exception; a JVM out of memory is. */
    static void rethrowFatal(Throwable e) {
        if (e instanceof VirtualMachineError error && !(e instanceof StackOverflowError)) {
            throw error;
        }
    }

    private static boolean isJdk(Class<?> type) {
        return type.getClassLoader() == null;
    }
}
