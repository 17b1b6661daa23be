package io.perennial.tomcat.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.apache.catalina.Context;

/**
 * What is left of an application: the same questions for the applications that the reaper ends and for those that show
 * what happens without it. It knows the class loader weakly.
 */
final class Remains {
    static final Duration LIMIT = Duration.ofSeconds(5);

    private final WeakReference<ClassLoader> loader;

    private Remains(ClassLoader loader) {
        this.loader = new WeakReference<>(loader);
    }

    /** Of an application that is starting or running. */
    static Remains of(Context context) {
        return new Remains(context.getLoader().getClassLoader());
    }

    /** Threads that run code of the application, or that would hand it on. */
    List<Thread> threads() {
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

    boolean isLoaderCollected() {
        System.gc();
        return loader.refersTo(null);
    }

    ClassLoader loader() {
        return loader.get();
    }

    void assertThreadsGone() {
        await("end of the application's threads")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    void assertLoaderCollected() {
        await("class loader collected").atMost(LIMIT).untilAsserted(() -> assertThat(isLoaderCollected())
                .isTrue());
    }
}
