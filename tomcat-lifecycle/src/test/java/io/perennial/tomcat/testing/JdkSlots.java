package io.perennial.tomcat.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Places in which the JDK itself keeps the class that it saw last, whoever's it is.
 *
 * <p>Each of the method handles by which records compare, hash and print themselves has a slot for the types it was
 * last adapted to: a strong one up to JDK 18 (JDK-8078641), a softly referenced one since then. The last record of a
 * stopped application to be used for the first time sits there until another record in the JVM takes its place, or
 * memory gets scarce. Spring has such records.
 */
public final class JdkSlots {
    private JdkSlots() {}

    /** Has other records take their place. */
    public static void reset() {
        try {
            var constructor =
                    new FreshLoader().loadClass(Occupant.class.getName()).getDeclaredConstructor(String.class);
            constructor.setAccessible(true);
            ((Runnable) constructor.newInstance("a")).run();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each time a copy of the class: its methods are linked once. */
    private static final class FreshLoader extends ClassLoader {
        FreshLoader() {
            super(JdkSlots.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Occupant.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
