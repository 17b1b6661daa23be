package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionOwner;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session of the whole JVM, with the library shared, that a web application happens to ask for first. */
@ExtendWith(NoLeaks.class)
@Tag("S-65")
@Tag("C16")
class JvmOwnedIT {
    private static final InheritableThreadLocal<Object> LOCAL = new InheritableThreadLocal<>();

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();

    @Test
    @DisplayName("holds on to nothing of the application that started it, as long as it lives")
    void leavesTheApplicationCollectable() throws Exception {
        var application = new WeakReference<>(startFromWithinAnApplication());

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            System.gc();
            assertThat(application.get() == null).isTrue();
        });
    }

    private ClassLoader startFromWithinAnApplication() throws Exception {
        var loader = new Application(getClass().getClassLoader());
        var started = new CompletableFuture<ResilientSession>();
        var thread = new Thread(() -> start(loader, started), "test-application");
        thread.setContextClassLoader(loader);
        thread.start();
        rig.open(started.get(30, TimeUnit.SECONDS));
        thread.join();
        return loader;
    }

    @SuppressWarnings("unchecked")
    private void start(ClassLoader loader, CompletableFuture<ResilientSession> started) {
        try {
            Class<?> starter = loader.loadClass(Starter.class.getName());
            Object instance = starter.getDeclaredConstructor().newInstance();
            LOCAL.set(instance);
            ResilientSession session = ((Function<String, ResilientSession>) instance).apply(server.connectString());
            started.complete(session);
        } catch (Throwable e) {
            started.completeExceptionally(e);
        } finally {
            LOCAL.remove();
        }
    }

    /** Code of the application. */
    public static final class Starter implements Function<String, ResilientSession> {
        @Override
        public ResilientSession apply(String connectString) {
            ResilientSession session = ResilientSession.builder()
                    .name("of-the-jvm")
                    .connectString(connectString)
                    .sessionTimeout(Duration.ofSeconds(4))
                    .owner(SessionOwner.jvm())
                    .build()
                    .start();
            try {
                if (!session.awaitConnected(Duration.ofSeconds(30))) {
                    throw new IllegalStateException(session.state().toString());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return session;
        }
    }

    /** Tomcat's. */
    public enum LifecycleState {
        STARTED
    }

    /** As a web application's loader, which has one class to itself. */
    public static final class Application extends ClassLoader {
        Application(ClassLoader parent) {
            super(parent);
        }

        public LifecycleState getState() {
            return LifecycleState.STARTED;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Starter.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> there = findLoadedClass(name);
                return there == null ? define(name) : there;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length, null);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
