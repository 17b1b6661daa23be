package io.perennial.tomcat.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.perennial.ResilientSession;
import io.perennial.testing.MangledInput;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a setting says, it is taken, or refused by an error that names it and shows its value, unless that is a
 * secret.
 */
@Timeout(120)
class MangledSettingsTest {
    private static final MangledInput VALUES = MangledInput.of(
            "orders",
            "zk1:2181,zk2:2182/shop",
            "bob:hunter2@zk1:2181",
            "500ms",
            "30 s",
            "PT1H",
            "true",
            "FAIL",
            "4194304",
            "digest:joe:hunter2",
            "/etc/hostname",
            "java.lang.Object",
            "java.util.ArrayList, java.lang.Void");
    private static final List<String> SECRET = List.of("authorization");

    private static final SettingSource SOURCE = new PlainSource();

    @Test
    void areTakenOrRefused() {
        settings(0, 500);
    }

    @Test
    @Tag("soak")
    void areTakenOrRefused_atLength() {
        settings(500, 50_000);
    }

    private static void settings(long from, long to) {
        for (long seed = from; seed < to; seed++) {
            for (String name : SessionSettings.names()) {
                assertTakenOrRefused(name, VALUES.text(seed), seed);
            }
        }
    }

    private static void assertTakenOrRefused(String name, String value, long seed) {
        Throwable refusal =
                catchThrowable(() -> SessionSettings.apply(Map.of(name, value), SOURCE, ResilientSession.builder()));
        if (refusal == null) {
            return;
        }
        String what = "seed " + seed + ": " + name + " '" + value + "'";
        assertThat(refusal).as(what).isInstanceOf(IllegalArgumentException.class);
        String message = refusal.getMessage();
        assertThat(message).as(what).startsWith("setting '" + name + "'");
        if (SECRET.contains(name)) {
            assertThat(message).as(what).doesNotContain("hunter2");
        } else {
            // The builder shows what was read of the text: 419 of 0419, PT5S of 5 s.
            boolean asRead = message.matches("(?s)setting '[^']+': \\w+ is .+");
            assertThat(message.contains(value.strip()) || message.contains("not shown") || asRead)
                    .as(what + " in: " + message)
                    .isTrue();
        }
    }
}
