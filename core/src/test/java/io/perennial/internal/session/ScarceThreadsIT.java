package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import java.io.File;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * There is one thread to be had and not a second: ZooKeeper's client begins to connect, its constructor throws, and
 * nobody has the client. A class loader of its own, whose client's second thread is refused as the JVM refuses it.
 */
@ExtendWith(NoLeaks.class)
@Tag("S-64")
@Tag("K4")
class ScarceThreadsIT {
    @TempDir
    private Path classes;

    @AutoClose
    private final EmbeddedServer server = EmbeddedServer.start();

    @AutoClose
    private URLClassLoader loader;

    private Function<String, AutoCloseable> program;

    @BeforeEach
    @SuppressWarnings("unchecked")
    void load() throws Exception {
        Path source = Files.writeString(classes.resolve("ZooKeeperThread.java"), ScarceThreadsProgram.THREAD);
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-proc:none", "-d", classes.toString(), source.toString()))
                .isZero();
        URL[] urls = Stream.concat(
                        Stream.of(classes),
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(Path::of))
                .map(ScarceThreadsIT::url)
                .toArray(URL[]::new);
        loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
        program = (Function<String, AutoCloseable>) loader.loadClass(ScarceThreadsProgram.class.getName())
                .getConstructor()
                .newInstance();
    }

    @AfterEach
    void thereAreThreadsAgain() {
        System.clearProperty(ScarceThreadsProgram.SCARCE);
        System.clearProperty(ScarceThreadsProgram.REFUSED);
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> threadsThatSend() {
        return NoLeaks.clientThreads().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("-scarce-") && name.contains("-SendThread("))
                .toList();
    }

    @Test
    @DisplayName("No thread for the events of the first client: the start fails, and nothing goes on")
    void leavesNothing_whenTheFirstClientIsMadeByHalf() {
        System.setProperty(ScarceThreadsProgram.SCARCE, "true");

        assertThatThrownBy(() -> program.apply(server.connectString())).hasMessageContaining("cannot start");

        assertThat(threadsThatSend()).isEmpty();
    }

    @Test
    @DisplayName(
            "No thread for the events of the next client, again and again: the session begins anew when there is one")
    void connects_andLeavesNoClientBehind_whenThereAreThreadsAgain() throws Exception {
        try (AutoCloseable ignored = program.apply(server.connectString())) {
            eventually(() -> assertThat(server.sessionIds()).hasSize(1));
            Set<Long> before = server.sessionIds();
            System.setProperty(ScarceThreadsProgram.SCARCE, "true");
            before.forEach(server::expireSession);
            eventually(() -> assertThat(Integer.getInteger(ScarceThreadsProgram.REFUSED, 0))
                    .isGreaterThan(1));
            eventually(() -> assertThat(threadsThatSend()).isEmpty());

            System.clearProperty(ScarceThreadsProgram.SCARCE);

            eventually(() -> {
                assertThat(server.connectionCount()).isEqualTo(1);
                assertThat(threadsThatSend()).hasSize(1);
            });
        }
    }
}
