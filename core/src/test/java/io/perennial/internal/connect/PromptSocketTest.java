package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ClientCnxnSocketNIO;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PromptSocketTest {
    private static final String SOCKET = ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET;
    private static final int SLEEP_MILLIS = 100;
    private static final int TRIES = 20;

    private final ZKClientConfig config = new ZKClientConfig();

    @Test
    void isFoundByItsName_byZooKeeper() throws Exception {
        var socket = new PromptSocket();
        ZKClientConfig named = socket.namedTo(config);

        assertThat(socket.obstacle()).isNull();
        assertThat(new PromptSocket().namedTo(config).getProperty(SOCKET))
                .as("the next session's")
                .isEqualTo(PromptSocketClass.NAME);
        Class<?> type = Class.forName(named.getProperty(SOCKET), true, ClientCnxnSocketNIO.class.getClassLoader());
        assertThat(type.getDeclaredConstructor(ZKClientConfig.class).newInstance(named))
                .isInstanceOf(ClientCnxnSocketNIO.class);
    }

    @Test
    @DisplayName("The quickest of twenty does not sleep, and none leaves its thread interrupted")
    void cleansUpWithoutASleep() throws Exception {
        assertThat(new PromptSocket().obstacle()).isNull();
        Class<?> type = Class.forName(PromptSocketClass.NAME);
        Object socket = type.getDeclaredConstructor(ZKClientConfig.class).newInstance(config);
        Method cleanup = type.getDeclaredMethod("cleanup");
        cleanup.setAccessible(true);
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long begun = System.nanoTime();
            cleanup.invoke(socket);
            quickest = Math.min(quickest, System.nanoTime() - begun);
            assertThat(Thread.interrupted()).isFalse();
        }

        assertThat(TimeUnit.NANOSECONDS.toMillis(quickest)).isLessThan(SLEEP_MILLIS);
    }

    @Test
    void leavesASocketThatTheUserNames() {
        config.setProperty(SOCKET, "com.example.Socket");

        assertThat(new PromptSocket().namedTo(config)).isSameAs(config);
        assertThat(config.getProperty(SOCKET)).isEqualTo("com.example.Socket");
    }

    @Test
    void leavesTlsToAnother() {
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");

        assertThat(new PromptSocket().namedTo(config)).isSameAs(config);
        assertThat(config.getProperty(SOCKET)).isNull();
    }

    @Test
    void leavesTheClientItsOwn_whenNoneCanBeDefined() {
        var socket = new PromptSocket(() -> {
            throw new IllegalAccessException("closed");
        });

        assertThat(socket.obstacle()).contains("closed");
        assertThat(socket.namedTo(config)).isSameAs(config);
        assertThat(config.getProperty(SOCKET)).isNull();
    }

    @Test
    @DisplayName("A user's configuration stays as it is: others may share it. In all else the client goes by it")
    void changesNothingOfTheUsers() {
        config.setProperty("zookeeper.request.timeout", "1234");
        ZKClientConfig named = new PromptSocket().namedTo(config);
        config.setProperty("jute.maxbuffer", "0x1000");
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");

        assertThat(config.getProperty(SOCKET)).isNull();
        assertThat(named.getProperty(SOCKET)).isEqualTo(named.getProperty(SOCKET, "another"));
        assertThat(named.getProperty("zookeeper.request.timeout")).isEqualTo("1234");
        assertThat(named.getLong("zookeeper.request.timeout", 0)).isEqualTo(1_234);
        assertThat(named.getInt("jute.maxbuffer", 0)).isEqualTo(4_096);
        assertThat(named.getBoolean(ZKClientConfig.ENABLE_CLIENT_SASL_KEY)).isFalse();
        assertThat(named.getBoolean(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, true))
                .isFalse();
        assertThat(named.isSaslClientEnabled()).isFalse();
        assertThat(named.getProperty("not.set", "otherwise")).isEqualTo("otherwise");
        named.setProperty("set.by.the.client", "yes");
        assertThat(config.getProperty("set.by.the.client")).isEqualTo("yes");
    }

    @Test
    @DisplayName("Web applications, each with a copy of the library, share ZooKeeper; others have a copy of that, too")
    void isDefinedOncePerZooKeeper() throws Exception {
        try (var zooKeeper = new URLClassLoader(others(), ClassLoader.getPlatformClassLoader());
                var first = new URLClassLoader(own(), zooKeeper);
                var second = new URLClassLoader(own(), zooKeeper)) {
            assertThat(whyPauses(first)).isNull();
            Class<?> defined = zooKeeper.loadClass(PromptSocketClass.NAME);
            assertThat(whyPauses(second)).isNull();

            assertThat(zooKeeper.loadClass(PromptSocketClass.NAME)).isSameAs(defined);
            assertThat(defined.getClassLoader()).isSameAs(zooKeeper);
        }
    }

    private static Object whyPauses(ClassLoader application) throws ReflectiveOperationException {
        Class<?> client = application.loadClass(PromptClient.class.getName());
        assertThat(client.getClassLoader()).isSameAs(application);
        return client.getMethod("whyPauses").invoke(client.getMethod("now").invoke(null));
    }

    private static URL[] own() throws Exception {
        return new URL[] {
            PromptSocket.class.getProtectionDomain().getCodeSource().getLocation()
        };
    }

    private static URL[] others() throws Exception {
        List<URL> urls = new ArrayList<>();
        Path own = Path.of(own()[0].toURI());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!Path.of(entry).toAbsolutePath().equals(own)) {
                urls.add(url(entry));
            }
        }
        return urls.toArray(URL[]::new);
    }

    private static URL url(String entry) throws MalformedURLException {
        return Path.of(entry).toUri().toURL();
    }
}
