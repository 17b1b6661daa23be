package io.perennial.tomcat.reaper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.tomcat.util.IntrospectionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZooKeeperReaperTest {
    private final ZooKeeperReaper reaper = new ZooKeeperReaper();

    @ParameterizedTest
    @CsvSource({
        "enabled, false",
        "reportOnly, true",
        "stopFailedContexts, false",
        "closeTimeoutMillis, 500",
        "checkIntervalMillis, 1000"
    })
    void takesItsPropertiesTheWayServerXmlSetsThem(String property, String value) {
        assertThat(IntrospectionUtils.setProperty(reaper, property, value)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"closeTimeoutMillis, 99", "closeTimeoutMillis, 10001", "checkIntervalMillis, 0", "unknown, 1"})
    void makesTomcatReportBadProperties(String property, String value) {
        assertThat(IntrospectionUtils.setProperty(reaper, property, value)).isFalse();
    }

    @Test
    void namesPropertyValueAndLimits() {
        assertThatThrownBy(() -> reaper.setCloseTimeoutMillis(50))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ZooKeeperReaper: closeTimeoutMillis is 50, it must be from 100 to 10000");
        assertThatThrownBy(() -> reaper.setCheckIntervalMillis(60_001))
                .hasMessage("ZooKeeperReaper: checkIntervalMillis is 60001, it must be from 100 to 60000");
    }
}
