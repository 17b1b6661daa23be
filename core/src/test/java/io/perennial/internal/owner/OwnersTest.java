package io.perennial.internal.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.SessionOwner;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose end is seen, and how: Tomcat's loader and context in their own shape. */
@Tag("S-50")
class OwnersTest {
    private final Context context = new Context("/shop");
    private final WebappLoader loader = new WebappLoader(context);

    @ParameterizedTest
    @EnumSource(
            value = LifecycleState.class,
            names = {"STOPPING_PREP", "STOPPING", "STOPPED", "DESTROYING", "DESTROYED", "FAILED"})
    void hasEnded_whenTheLoaderHas(LifecycleState state) {
        SessionOwner owner = SessionOwner.ofClassLoader(loader);
        assertThat(owner.isAlive()).isTrue();

        loader.state = state;

        assertThat(owner.isAlive()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = LifecycleState.class,
            names = {"STOPPED", "DESTROYING", "DESTROYED", "FAILED"})
    @DisplayName("has ended when the context has, though its loader is still started: an initializer that threw")
    void hasEnded_whenTheContextHas(LifecycleState state) {
        SessionOwner owner = SessionOwner.ofClassLoader(loader);

        context.state = state;

        assertThat(owner.isAlive()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = LifecycleState.class,
            names = {"NEW", "INITIALIZED", "STARTING_PREP", "STARTING", "STARTED", "STOPPING_PREP", "STOPPING"})
    @DisplayName("lives while its context starts, runs, and calls its listeners on the way down")
    void lives_whileTheContextDoes(LifecycleState state) {
        SessionOwner owner = SessionOwner.ofClassLoader(loader);

        context.state = state;

        assertThat(owner.isAlive()).isTrue();
    }

    @Test
    void hasEnded_whenAReloadGaveTheContextAnotherLoader() {
        SessionOwner owner = SessionOwner.ofClassLoader(loader);
        context.loader = null;
        assertThat(owner.isAlive()).as("before its loader is known").isTrue();
        context.loader = new Loader(loader);
        assertThat(owner.isAlive()).isTrue();
        context.loader = new Loader(null);
        assertThat(owner.isAlive()).as("between two loaders").isTrue();

        context.loader = new Loader(new WebappLoader(context));

        assertThat(owner.isAlive()).isFalse();
    }

    @Test
    void hasEnded_whenALoaderAboveHas() {
        var child = new URLClassLoader(new URL[0], loader);
        SessionOwner owner = SessionOwner.ofClassLoader(child);
        assertThat(owner.isAlive()).isTrue();

        context.state = LifecycleState.FAILED;

        assertThat(owner.isAlive()).isFalse();
        assertThat(child.getParent()).as("not garbage").isSameAs(loader);
    }

    @Test
    @Tag("K6")
    void belongsToItsLoader_andToThoseAbove() {
        var child = new URLClassLoader(new URL[0], loader);
        var owner = (ClassLoaderOwner) SessionOwner.ofClassLoader(child);

        assertThat(owner.isOfLoaderWithin(child)).isTrue();
        assertThat(owner.isOfLoaderWithin(loader)).isTrue();
        assertThat(owner.isOfLoaderWithin(getClass().getClassLoader())).isTrue();
        assertThat(owner.isOfLoaderWithin(new URLClassLoader(new URL[0], loader)))
                .isFalse();
    }

    @Test
    void takesForAlive_whatCannotBeAsked() {
        SessionOwner owner = SessionOwner.ofClassLoader(loader);
        context.broken = true;
        assertThat(owner.isAlive()).isTrue();

        loader.forgetResources();
        assertThat(owner.isAlive()).isTrue();

        loader.state = LifecycleState.STOPPED;
        assertThat(owner.isAlive()).isFalse();
    }

    @Test
    void namesTheWebApplication() {
        assertThat(SessionOwner.ofClassLoader(loader).describe()).isEqualTo("web application /shop");
        assertThat(SessionOwner.ofClassLoader(new WebappLoader(new Context(""))).describe())
                .isEqualTo("web application /");
        loader.forgetResources();
        assertThat(SessionOwner.ofClassLoader(loader).describe()).isEqualTo("web application told by the loader");
        assertThat(SessionOwner.ofClassLoader(getClass().getClassLoader()).describe())
                .startsWith("class loader ");
    }

    @Test
    void holdsNeitherLoaderNorContext() {
        var there = new WebappLoader(new Context("/other"));
        var weak = new WeakReference<>(there);
        SessionOwner owner = SessionOwner.ofClassLoader(there);
        assertThat(owner.isAlive()).isTrue();

        there = null;

        await().untilAsserted(() -> {
            System.gc();
            assertThat(weak.get()).isNull();
        });
        assertThat(owner.isAlive()).isFalse();
    }

    @Nested
    class Home {
        private final ClassLoader plain = getClass().getClassLoader();
        private final ClassLoader within = new URLClassLoader(new URL[0], loader);

        @Test
        void isTheContextClassLoader() {
            assertThat(Owners.home(null, plain, plain)).isSameAs(plain);
            assertThat(Owners.home(null, within, plain)).isSameAs(within);
            assertThat(Owners.home(null, within, loader)).isSameAs(within);
        }

        @Test
        @DisplayName("is the library's loader when the thread knows nothing of the web application around it")
        void isTheLibrarysLoader_whenOnlyThatIsAWebApplications() {
            assertThat(Owners.home(null, null, loader)).isSameAs(loader);
            assertThat(Owners.home(null, ClassLoader.getSystemClassLoader(), loader))
                    .isSameAs(loader);
            assertThat(Owners.home(null, null, plain)).isSameAs(plain);
        }

        @Test
        void isNotAWebApplication_forASessionOfTheJvm() {
            assertThat(Owners.home(SessionOwner.jvm(), loader, plain)).isSameAs(plain);
            assertThat(Owners.home(SessionOwner.jvm(), loader, within)).isSameAs(loader);
            assertThat(Owners.home(SessionOwner.jvm(), plain, plain)).isSameAs(plain);
        }
    }

    /** Tomcat's {@code WebappClassLoaderBase}: its way to the context is a protected field. */
    public abstract static class WebappLoaderBase extends URLClassLoader {
        protected WebResourceRoot resources;
        volatile LifecycleState state = LifecycleState.STARTED;

        WebappLoaderBase(WebResourceRoot resources) {
            super(new URL[0], OwnersTest.class.getClassLoader());
            this.resources = resources;
        }

        public LifecycleState getState() {
            return state;
        }

        public String getContextName() {
            return "told by the loader";
        }

        void forgetResources() {
            resources = null;
        }
    }

    /** Tomcat's {@code ParallelWebappClassLoader}. */
    public static final class WebappLoader extends WebappLoaderBase {
        WebappLoader(Context context) {
            super(() -> context);
        }
    }

    /** Tomcat's, in part. */
    public interface WebResourceRoot {
        Context getContext();
    }

    /** Tomcat's, in part. */
    public static final class Context {
        private final String name;
        private LifecycleState state = LifecycleState.STARTED;
        private Loader loader;
        private boolean broken;

        Context(String name) {
            this.name = name;
        }

        public LifecycleState getState() {
            if (broken) {
                throw new IllegalStateException("cannot tell");
            }
            return state;
        }

        public Loader getLoader() {
            return loader;
        }

        public String getName() {
            return name;
        }
    }

    /** Tomcat's, in part. */
    public static final class Loader {
        private final ClassLoader classLoader;

        Loader(ClassLoader classLoader) {
            this.classLoader = classLoader;
        }

        public ClassLoader getClassLoader() {
            return classLoader;
        }
    }

    /** Tomcat's. */
    public enum LifecycleState {
        NEW,
        INITIALIZING,
        INITIALIZED,
        STARTING_PREP,
        STARTING,
        STARTED,
        STOPPING_PREP,
        STOPPING,
        STOPPED,
        DESTROYING,
        DESTROYED,
        FAILED
    }
}
