package io.perennial.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientLibrariesTest {
    @ParameterizedTest
    @CsvSource({
        "3.6.4, false",
        "3.6.4-, false", // as 3.6.4 calls itself
        "3.6.10, false",
        "3.10.0-SNAPSHOT, false",
        "4.0.0, false",
        "3.6.3, true",
        "3.5.10, true",
        "3.5.5.7.1.7.0-551, true",
        "2.9.9, true",
        "ours, false"
    })
    void comparesNumbers(String found, boolean older) {
        assertThat(ClientLibraries.isOlder(found, "3.6.4")).isEqualTo(older);
    }
}
