package io.perennial.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an application says when it does not start for a wrong property. */
class WrongValuesTest {
    /** A property, a wrong value, and what is right. */
    record Wrong(String property, String value, String right) {}

    static List<Wrong> wrong() {
        return List.of(
                new Wrong("perennial.enabled", "perhaps", "boolean"),
                new Wrong("perennial.authorizations", "digest", "scheme:auth"),
                new Wrong("perennial.readiness.enabled", "perhaps", "boolean"),
                new Wrong("perennial.name", "two words", "1 to 64 letters, digits"),
                new Wrong("perennial.connect-string", "zk1:client", "host:port"),
                new Wrong("perennial.connect-string", "zk1:2181/a//b", "chroot"),
                new Wrong("perennial.session-timeout", "0s", "must be positive"),
                new Wrong("perennial.session-timeout", "soon", "java.time.Duration"),
                new Wrong("perennial.connect-timeout", "-1s", "must be positive"),
                new Wrong("perennial.close-timeout", "0s", "must be positive"),
                new Wrong("perennial.operation-timeout", "1000d", "24 days"),
                new Wrong("perennial.lease-margin", "-1s", "must be zero or positive"),
                new Wrong("perennial.lease-margin", "30s", "must be smaller than the session timeout"),
                new Wrong("perennial.namespace", "a//b", "not a valid path"),
                new Wrong("perennial.on-timeout-clamped", "panic", "FAIL"),
                new Wrong("perennial.read-only-allowed", "perhaps", "boolean"),
                new Wrong("perennial.resume", "perhaps", "boolean"),
                new Wrong("perennial.server-max-buffer", "1000B", "at least 1024"),
                new Wrong("perennial.server-max-buffer", "big", "DataSize"),
                new Wrong("perennial.fail-fast", "perhaps", "boolean"),
                new Wrong("perennial.fail-fast-timeout", "0s", "must be positive"),
                new Wrong("perennial.client", "words", "java.util.Map"),
                new Wrong("perennial.restore.max-batch-operations", "0", "1 to 10000"),
                new Wrong("perennial.restore.max-batch-operations", "many", "int"),
                new Wrong("perennial.restore.max-batch-size", "1B", "1024 to"),
                new Wrong("perennial.restore.max-batch-size", "8GB", "1024 to"),
                // Its last 32 bits alone would be right.
                new Wrong("perennial.restore.max-batch-size", "-4294965296B", "1024 to"),
                new Wrong("perennial.restore.max-batches-in-flight", "0", "1 to 1000"),
                new Wrong("perennial.restore.max-requests-in-flight", "-3", "1 to 100000"),
                new Wrong("perennial.restore.max-jitter", "2h", "at most PT1H"),
                new Wrong("perennial.restore.max-operations-per-second", "-1", "0 to"),
                new Wrong("perennial.ssl.bundle", "nope", "spring.ssl.bundle"),
                new Wrong("perennial.ssl.hostname-verification", "perhaps", "boolean"),
                new Wrong("perennial.nodes[0].on-conflict", "fight", "REPLACE"),
                new Wrong("perennial.sessions.orders.restore.max-jitter", "-1s", "zero or positive"),
                new Wrong("perennial.primary", "nobody", "one of the named sessions"));
    }

    @ParameterizedTest
    @Tag("J6")
    @MethodSource("wrong")
    void aWrongValueIsNamedWithItsPropertyAndWhatIsRight(Wrong wrong) {
        assertThat(FailedStart.of("perennial.connect-string=127.0.0.1:1", wrong.property() + "=" + wrong.value()))
                .contains("APPLICATION FAILED TO START", wrong.property(), wrong.value())
                .containsIgnoringCase(wrong.right());
    }

    @Test
    void everyPropertyIsTried() throws Exception {
        assertThat(propertiesOfSessions()).hasSizeGreaterThan(20).allSatisfy(property -> assertThat(wrong())
                .anySatisfy(wrong -> assertThat(wrong.property()).startsWith(property)));
    }

    private static List<String> propertiesOfSessions() throws Exception {
        Path metadata = Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");
        JSONArray all = new JSONObject(Files.readString(metadata)).getJSONArray("properties");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < all.length(); i++) {
            JSONObject property = all.getJSONObject(i);
            if (property.optString("sourceType")
                    .matches(".*[.](Perennial|Session|Restore|Ssl|Readiness)Properties.*")) {
                names.add(property.getString("name"));
            }
        }
        return names;
    }
}
