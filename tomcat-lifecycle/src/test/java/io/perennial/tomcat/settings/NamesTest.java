package io.perennial.tomcat.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    private static final List<String> KNOWN = List.of("connectString", "sessionTimeout", "connectTimeout", "name");
    private static final SettingSource SOURCE = new SettingSource() {
        @Override
        public String describe(String name) {
            return "'p." + name + "'";
        }

        @Override
        public ClassLoader classLoader() {
            return NamesTest.class.getClassLoader();
        }

        @Override
        public Path file(String text) {
            return Path.of(text);
        }
    };

    @ParameterizedTest
    @CsvSource({
        "connectstring, connectString",
        "connect-string, connectString",
        "session_timeout, sessionTimeout",
        "sesionTimout, sessionTimeout",
        "conectTimeouts, connectTimeout",
        "nmae, name"
    })
    void suggestsTheNameThatWasMeant(String given, String meant) {
        assertThatThrownBy(() -> Names.checkKnown(List.of(given), KNOWN, SOURCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'p." + given + "' is unknown; did you mean 'p." + meant + "'?");
    }

    @Test
    void listsWhatThereIs_whenNothingIsNear() {
        assertThatThrownBy(() -> Names.checkKnown(List.of("colourOfTheSky"), KNOWN, SOURCE))
                .hasMessage("'p.colourOfTheSky' is unknown; known are connectString, sessionTimeout, connectTimeout,"
                        + " name");
    }

    @Test
    void saysAllThatAreUnknown() {
        assertThatThrownBy(() -> Names.checkKnown(List.of("name", "nam", "connectStrings"), KNOWN, SOURCE))
                .hasMessageContaining("'p.nam' is unknown")
                .hasMessageContaining("'p.connectStrings' is unknown");
    }

    @Test
    void acceptsKnownNames() {
        assertThatCode(() -> Names.checkKnown(KNOWN, KNOWN, SOURCE)).doesNotThrowAnyException();
    }
}
