package io.perennial.internal.owner;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;
import org.springframework.boot.loader.launch.LaunchedClassLoader;

class PreloadTest {
    private static final ClassLoader SYSTEM = ClassLoader.getSystemClassLoader();

    @Test
    void theClassPathCannotStop() {
        assertThat(Preload.cannotStop(SYSTEM)).isTrue();
        assertThat(Preload.cannotStop(ClassLoader.getPlatformClassLoader())).isTrue();
    }

    @Test
    void anExecutableJarCannotStop() throws Exception {
        try (var jar = new LaunchedClassLoader(SYSTEM)) {
            assertThat(Preload.cannotStop(jar)).isTrue();
        }
    }

    @Test
    void anApplicationsLoaderCanStop_whereverItIs() throws Exception {
        try (var jar = new LaunchedClassLoader(SYSTEM);
                var application = new URLClassLoader(new URL[0], SYSTEM);
                var inTheJar = new URLClassLoader(new URL[0], jar)) {
            assertThat(Preload.cannotStop(application)).isFalse();
            assertThat(Preload.cannotStop(inTheJar)).isFalse();
        }
    }
}
