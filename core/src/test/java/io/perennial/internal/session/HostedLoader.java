package io.perennial.internal.session;

import io.perennial.internal.owner.ClassPreloader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A web application's loader as Tomcat's are: it has this test's class path to itself, tells its state, and once
 * stopped refuses every class and resource that it is asked for, before it asks anybody else, the JDK's included.
 *
 * <p>The JVM asks a loader only once for each name that a class of its own mentions; so what is asked for after the
 * stop is what is missing then.
 */
public final class HostedLoader extends URLClassLoader {
    /** Tomcat's, in part. */
    public enum LifecycleState {
        STARTED,
        STOPPED
    }

    private static final Path OTHER_BACKENDS = Path.of("target", "logging-backends");

    static {
        registerAsParallelCapable();
    }

    private final boolean preloading;
    private final Set<String> requested = new ConcurrentSkipListSet<>();
    private final Set<String> refused = new ConcurrentSkipListSet<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile LifecycleState state = LifecycleState.STARTED;

    private HostedLoader(URL[] urls, boolean preloading) {
        super(urls, ClassLoader.getPlatformClassLoader());
        this.preloading = preloading;
    }

    /** With the lists of {@link ClassPreloader}, and logback. */
    static HostedLoader ofWebApplication() {
        return new HostedLoader(classPath(jar -> true), true);
    }

    /** Without the lists: classes come when they are first needed. */
    static HostedLoader withoutPreloading() {
        return new HostedLoader(classPath(jar -> true), false);
    }

    /** Without the lists, and with jars of another logging backend than logback. */
    static HostedLoader withoutPreloading(String... backendJars) {
        var urls = new ArrayList<>(List.of(classPath(jar -> !jar.startsWith("logback-"))));
        try (Stream<Path> jars = Files.list(OTHER_BACKENDS)) {
            jars.filter(jar -> Arrays.stream(backendJars)
                            .anyMatch(name -> jar.getFileName().toString().startsWith(name)))
                    .forEach(jar -> urls.add(url(jar)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HostedLoader(urls.toArray(URL[]::new), false);
    }

    private static URL[] classPath(Predicate<String> jar) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                // The test's own; log4j 2 would take much of it if it were there.
                .filter(entry -> !entry.getFileName().toString().startsWith("jackson-"))
                .filter(entry -> jar.test(entry.getFileName().toString()))
                .map(HostedLoader::url)
                .toArray(URL[]::new);
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code WebappClassLoaderBase.getState()}. */
    public LifecycleState getState() {
        asked.incrementAndGet();
        return state;
    }

    /** How often it was asked for its state, as a session does at each tick. */
    int asked() {
        return asked.get();
    }

    /** From now on nothing is loaded any more. */
    void stop() {
        state = LifecycleState.STOPPED;
    }

    /** What it was asked for while it worked. */
    Set<String> requested() {
        return new TreeSet<>(requested);
    }

    /** What it was asked for in vain, having been stopped. */
    Set<String> refused() {
        return new TreeSet<>(refused);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (state == LifecycleState.STOPPED) {
            refused.add(name);
            throw new ClassNotFoundException(name, illegalAccess(name));
        }
        requested.add(name);
        return super.loadClass(name, resolve);
    }

    @Override
    public URL getResource(String name) {
        if (state == LifecycleState.STOPPED) {
            refused.add(name);
            throw illegalAccess(name);
        }
        boolean hidden = !preloading && name.startsWith("io/perennial/internal/owner/preload");
        return hidden ? null : super.getResource(name);
    }

    private static IllegalStateException illegalAccess(String name) {
        return new IllegalStateException(
                "Illegal access: this web application instance has been stopped already. Could not load [" + name
                        + "].");
    }
}
