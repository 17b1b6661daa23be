package io.perennial.samples.quickstart;

import io.perennial.samples.terminal.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A session timeout from the command line. */
final class DurationConverter implements ITypeConverter<Duration> {
    /** With less than this, reconnecting to a restarted server may take longer than the session lives. */
    static final Duration MIN = Duration.ofSeconds(2);

    static final Duration MAX = Duration.ofMinutes(5);

    @Override
    public Duration convert(String value) {
        Duration duration = Durations.parse(value)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + value + "' is not a duration; right would be 10s, 2500ms, 1m or PT10S"));
        if (duration.compareTo(MIN) < 0 || duration.compareTo(MAX) > 0) {
            throw new TypeConversionException("'" + value + "' is out of range; right would be 2s to 5m");
        }
        return duration;
    }
}
