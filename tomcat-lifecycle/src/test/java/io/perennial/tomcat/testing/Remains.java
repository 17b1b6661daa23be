package io.perennial.tomcat.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.apache.catalina.Context;

/**
 * What is left of an application: the same questions for the applications that end well and for those that show what
 * happens without help. It knows the class loader weakly.
 */
public final class Remains {
    /** Five seconds are promised; twice that, for machines are slow. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private final WeakReference<ClassLoader> loader;

    private Remains(ClassLoader loader) {
        this.loader = new WeakReference<>(loader);
    }

    /** Of an application that is starting or running. */
    public static Remains of(Context context) {
        return new Remains(context.getLoader().getClassLoader());
    }

    /** Threads that run code of the application, or that would hand it on. */
    public List<Thread> threads() {
        ClassLoader application = loader.get();
        return application == null
                ? List.of()
                : Thread.getAllStackTraces().keySet().stream()
                        .filter(Thread::isAlive)
                        .filter(thread -> thread != Thread.currentThread())
                        .filter(thread -> thread.getContextClassLoader() == application
                                || thread.getClass().getClassLoader() == application)
                        .toList();
    }

    public boolean isLoaderCollected() {
        System.gc();
        return loader.refersTo(null);
    }

    public ClassLoader loader() {
        return loader.get();
    }

    public void assertThreadsGone() {
        await("end of the application's threads")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    public void assertLoaderCollected() {
        await("class loader collected").atMost(LIMIT).untilAsserted(() -> assertThat(isLoaderCollected())
                .isTrue());
    }
}
