package io.perennial.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.session.Secrets.Place;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** That a search finds a secret which is there: SecretsIT shows that it looks everywhere. */
class SecretsTest {
    private static final String SECRET = "p\u00e4ssword-of-somebody";

    private final Secrets secrets = new Secrets();

    static List<String> forms() {
        return Secrets.forms(SECRET.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void isSeen_inEveryForm(String form) {
        secrets.keep("password", SECRET);

        secrets.show(Place.LOG, "INFO it is {" + form + "}, so to say");

        assertThat(secrets.seenIn(Place.LOG)).containsExactly("password");
    }

    @ParameterizedTest
    @EnumSource
    void isSeen_inEveryPlace(Place where) {
        secrets.keep("password", SECRET);
        secrets.keep("another", "another-password");

        secrets.show(where, SECRET);

        for (Place each : Place.values()) {
            assertThat(secrets.seenIn(each)).isEqualTo(each == where ? Set.of("password") : Set.of());
        }
    }

    @Test
    void isSeen_inTheCauseOfAnException() {
        secrets.keep("password", SECRET);

        secrets.show(new IllegalStateException("no", new IllegalArgumentException("'" + SECRET + "' is wrong")));

        assertThat(secrets.seenIn(Place.EXCEPTION)).containsExactly("password");
    }

    @Test
    void isNotSeen_whereOnlyItsBeginningIs() {
        secrets.keep("password", SECRET);

        secrets.show(Place.LOG, SECRET.substring(0, SECRET.length() / 2));

        assertThat(secrets.seenIn(Place.LOG)).isEmpty();
    }
}
