package io.perennial.internal.owner;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;
import org.springframework.boot.loader.launch.LaunchedClassLoader;

class ClassPreloaderTest {
    private static final ClassLoader SYSTEM = ClassLoader.getSystemClassLoader();

    @Test
    void theClassPathCannotStop() {
        assertThat(ClassPreloader.cannotStop(SYSTEM)).isTrue();
        assertThat(ClassPreloader.cannotStop(ClassLoader.getPlatformClassLoader()))
                .isTrue();
    }

    @Test
    void anExecutableJarCannotStop() throws Exception {
        try (var jar = new LaunchedClassLoader(SYSTEM)) {
            assertThat(ClassPreloader.cannotStop(jar)).isTrue();
        }
    }

    @Test
    void anApplicationsLoaderCanStop_whereverItIs() throws Exception {
        try (var jar = new LaunchedClassLoader(SYSTEM);
                var application = new URLClassLoader(new URL[0], SYSTEM);
                var inTheJar = new URLClassLoader(new URL[0], jar)) {
            assertThat(ClassPreloader.cannotStop(application)).isFalse();
            assertThat(ClassPreloader.cannotStop(inTheJar)).isFalse();
        }
    }
}
