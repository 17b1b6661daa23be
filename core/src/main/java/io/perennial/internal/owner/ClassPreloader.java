package io.perennial.internal.owner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/**
 * Loads, when the first session starts, every class that sessions need to reconnect, to expire, to restore and to end.
 *
 * <p>A stopped web application loads no more classes, not even the JDK's: its loader checks its state before it
 * delegates. A ZooKeeper client left in it fails at the first missing class and retries forever, or dies half-way with
 * its close hanging. {@link Class#forName(String, boolean, ClassLoader)} makes the JVM remember the loader as an
 * initiating one for each name, the JDK's included, and never ask it again.
 *
 * <p>The names are in lists beside this class, taken from recorded runs; {@code PreloadListIT} generates and checks
 * them. The logging backends have separate lists: logging an exception takes many classes. On a class path that cannot
 * stop, nothing is loaded.
 */
public final class ClassPreloader {
    private static final String CORE = "preload.txt";
    private static final List<Backend> BACKENDS = List.of(
            new Backend("ch.qos.logback.classic.LoggerContext", "preload-logback.txt"),
            new Backend("org.apache.logging.slf4j.Log4jLoggerFactory", "preload-log4j2.txt"),
            new Backend("org.slf4j.jul.JDK14LoggerFactory", "preload-jul.txt"));

    private static final AtomicBoolean done = new AtomicBoolean();

    private ClassPreloader() {}

    /** A logging backend: the SLF4J factory it is known by, and its list. */
    private record Backend(String factory, String list) {}

    /** Loads them, unless an earlier session of this copy of the library has; takes a few tenths of a second. */
    public static void once() {
        if (done.compareAndSet(false, true)) {
            load(CORE, Owners.libraryLoader());
            Object factory = LoggerFactory.getILoggerFactory();
            for (Backend backend : BACKENDS) {
                if (backend.factory.equals(factory.getClass().getName())) {
                    load(backend.list, factory.getClass().getClassLoader());
                }
            }
        }
    }

    private static void load(String list, ClassLoader loader) {
        if (cannotStop(loader)) {
            return;
        }
        for (String name : names(list)) {
            try {
                Class.forName(name, false, loader);
            } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
                // Another version of a library may not have it, or what it needs: then nothing will need it.
            }
        }
    }

    /** The class path, and that of a Spring Boot executable jar, which nothing closes. */
    static boolean cannotStop(ClassLoader loader) {
        return Owners.isWithin(ClassLoader.getSystemClassLoader(), loader)
                || loader.getClass().getName().startsWith("org.springframework.boot.loader.");
    }

    /** The names in a list; none when it cannot be read, because a session is better than none. */
    public static List<String> names(String list) {
        try (InputStream stream = ClassPreloader.class.getResourceAsStream(list)) {
            if (stream == null) {
                return List.of();
            }
            return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
