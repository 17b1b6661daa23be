package io.perennial.tomcat.reaper;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.tomcat.testing.RealTomcat;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.apache.catalina.LifecycleListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The jar for Tomcat's lib. */
@Tag("essential")
class ReaperJarIT {
    private final Path jar = Path.of(System.getProperty("reaper.jar"));

    @Test
    void holdsTheReaperAlone() throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".class")))
                    .contains("io/perennial/tomcat/reaper/ZooKeeperReaper.class")
                    .allMatch(name -> name.startsWith("io/perennial/tomcat/reaper/"));
            assertThat(file.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                    .isEqualTo("io.perennial.tomcat.reaper");
        }
    }

    /** No JSpecify, no SLF4J, nothing of ours: only Tomcat. */
    @Test
    void loadsNextToTomcatAlone() throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, new RealTomcat.CommonLoader())) {
            try (JarFile file = new JarFile(jar.toFile())) {
                for (var entry : file.stream()
                        .filter(e -> e.getName().endsWith(".class"))
                        .toList()) {
                    String name = entry.getName().replace('/', '.').replaceAll("\\.class$", "");
                    Class<?> type = Class.forName(name, true, loader);
                    assertThat(type.getDeclaredMethods()).isNotNull();
                    assertThat(type.getAnnotations()).isNotNull();
                }
            }
            assertThat(loader.loadClass(ZooKeeperReaper.class.getName())
                            .getConstructor()
                            .newInstance())
                    .isInstanceOf(LifecycleListener.class);
        }
    }
}
