package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.SessionRegistry;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Restarts as Boot's developer tools make them: the application in a class loader of its own, the libraries above it.
 */
@ExtendWith(NoLeaks.class)
@Tag("S-50")
class RestartIT {
    private static final int RESTARTS = 5;

    @AutoClose
    private final EmbeddedServer server = EmbeddedServer.start();

    @Test
    @DisplayName("Each restart ends the session of the one before, and its class loader is garbage then")
    void leavesNeitherSessionNorLoader() throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < RESTARTS; i++) {
            loaders.add(restart());
            assertThat(SessionRegistry.sessions()).isEmpty();
            assertThat(server.sessionIds()).isEmpty();
        }
        clearSoftReferences();
        // The first may stay: a static exception of Spring's copy of CGLIB keeps the stack on which it was made.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            System.gc();
            assertThat(loaders.subList(1, RESTARTS))
                    .allSatisfy(loader -> assertThat(loader.get()).isNull());
        });
    }

    /** Spring's caches hold class loaders softly; the JVM clears such references before it runs out of memory. */
    private static void clearSoftReferences() {
        List<long[]> ballast = new ArrayList<>();
        try {
            while (true) {
                ballast.add(new long[16 * 1024 * 1024]);
            }
        } catch (OutOfMemoryError e) {
            ballast.clear();
        }
    }

    private WeakReference<ClassLoader> restart() throws Exception {
        ClassLoader outer = Thread.currentThread().getContextClassLoader();
        URL classes =
                RestartedApplication.class.getProtectionDomain().getCodeSource().getLocation();
        try (var loader = new ApplicationLoader(classes, outer)) {
            Thread.currentThread().setContextClassLoader(loader);
            Class<?> application = loader.loadClass(RestartedApplication.class.getName());
            assertThat(application.getClassLoader()).isSameAs(loader);
            var run = application.getDeclaredMethod("run", String.class);
            run.setAccessible(true);
            assertThat(run.invoke(null, server.connectString())).isEqualTo("CONNECTED");
            return new WeakReference<>(loader);
        } finally {
            Thread.currentThread().setContextClassLoader(outer);
            // What the developer tools' restarter clears too.
            ResolvableType.clearCache();
            ReflectionUtils.clearCache();
            AnnotationUtils.clearCache();
            java.beans.Introspector.flushCaches();
        }
    }

    /** The application's own classes come from here, all others from above. */
    private static final class ApplicationLoader extends URLClassLoader {
        private ApplicationLoader(URL classes, ClassLoader parent) {
            super(new URL[] {classes}, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (name.startsWith(RestartedApplication.class.getName())) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
                return super.loadClass(name, resolve);
            }
        }
    }
}
