package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.internal.connect.ConnectString;
import io.perennial.operation.Write;
import io.perennial.testing.MangledInput;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.common.PathUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever is given, it is taken for what it is, or refused by a sentence that names the property, the value and what
 * is right.
 */
@Timeout(120)
class MangledInputTest {
    private static final int FEW = 4_000;
    private static final int MANY = 300_000;
    private static final MangledInput CONNECT_STRINGS = MangledInput.of(
            "zk1:2181",
            "zk1:2181,zk2:2182,zk3/shop/orders",
            "[::1]:2181,[fe80::1%lo]/a",
            "10.0.0.1:1, 10.0.0.2:65535",
            "http://zk1:2181/",
            "user:secret@zk1:2181");
    private static final MangledInput PATHS =
            MangledInput.of("/", "/a", "/workers/w-0000000001", "/a.b/..c/d..", "/\u00e4\u00f6/\u4e2d", "relative", "");

    @Test
    void takesOrRefusesConnectStrings() {
        connectStrings(0, FEW);
    }

    @Test
    @Tag("soak")
    void takesOrRefusesConnectStrings_atLength() {
        connectStrings(FEW, MANY);
    }

    private static void connectStrings(long from, long to) {
        for (long seed = from; seed < to; seed++) {
            String text = CONNECT_STRINGS.text(seed);
            if (takes("connectString", text, seed, ResilientSession.builder()::connectString)) {
                assertReadAsByTheClient(text, seed);
            }
        }
    }

    private static void assertReadAsByTheClient(String text, long seed) {
        ConnectString ours = ConnectString.parse(text);
        assertThatCode(() -> {
                    var theirs = new ConnectStringParser(ours.forClient());
                    assertThat(ours.servers().stream().map(s -> s.host() + "|" + s.port()))
                            .containsExactlyElementsOf(theirs.getServerAddresses().stream()
                                    .map(MangledInputTest::shown)
                                    .toList());
                    assertThat(ours.chroot()).isEqualTo(Objects.requireNonNullElse(theirs.getChrootPath(), ""));
                })
                .as("seed %d: '%s'", seed, text)
                .doesNotThrowAnyException();
    }

    private static String shown(InetSocketAddress address) {
        return address.getHostString() + "|" + address.getPort();
    }

    @Test
    void takesOrRefusesPathsNamespacesAndNames() {
        paths(0, FEW);
    }

    @Test
    @Tag("soak")
    void takesOrRefusesPathsNamespacesAndNames_atLength() {
        paths(FEW, MANY / 3);
    }

    private static void paths(long from, long to) {
        try (ResilientSession session =
                ResilientSession.builder().connectString("127.0.0.1:1").build()) {
            for (long seed = from; seed < to; seed++) {
                String text = PATHS.text(seed);
                boolean valid = isPath(text);
                assertThat(takes("path", text, seed, path -> session.watches()
                                .node(path, change -> {})
                                .close()))
                        .as("seed %d: '%s'", seed, text)
                        .isEqualTo(valid);
                takes("path", text, seed, path -> session.ephemerals()
                        .register(path, new byte[0])
                        .release());
                takes("path", text, seed, path -> Write.check(path, 0));
                takes("namespace", text, seed, ResilientSession.builder()::namespace);
                takes("name", text, seed, ResilientSession.builder()::name);
            }
        }
    }

    private static boolean isPath(String text) {
        try {
            PathUtils.validatePath(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void takesOrRefusesDurations() {
        for (long seed = 0; seed < FEW; seed++) {
            Duration duration = duration(new SplittableRandom(seed));
            var builder = ResilientSession.builder().connectString("127.0.0.1:1");
            takes("sessionTimeout", duration, seed, builder::sessionTimeout);
            takes("connectTimeout", duration, seed, builder::connectTimeout);
            takes("closeTimeout", duration, seed, builder::closeTimeout);
            takes("operationTimeout", duration, seed, builder::operationTimeout);
            takes("leaseMargin", duration, seed, builder::leaseMargin);
            takes("maxJitter", duration, seed, RestorePolicy.defaults()::withMaxJitter);
            takes("leaseMargin", "", seed, nothing -> builder.build());
        }
    }

    private static Duration duration(SplittableRandom random) {
        long seconds = random.nextLong() >> random.nextInt(64);
        return Duration.ofSeconds(seconds).withNanos(random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000));
    }

    /** Whether it is taken. */
    private static <T> boolean takes(String property, T value, long seed, Consumer<T> call) {
        Throwable refusal = catchThrowable(() -> call.accept(value));
        if (refusal == null) {
            return true;
        }
        assertThat(refusal).as("seed %d: %s '%s'", seed, property, value).isInstanceOf(IllegalArgumentException.class);
        assertThat(refusal.getMessage())
                .as("seed %d: %s '%s'", seed, property, value)
                .contains(property)
                .satisfies(message -> assertThat(
                                message.contains(value.toString()) || message.contains("***") || isBlank(value))
                        .as(message)
                        .isTrue());
        return false;
    }

    private static boolean isBlank(Object value) {
        return value.toString().isBlank();
    }
}
