package io.perennial.samples.incident;

import io.perennial.samples.terminal.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time from the command line. */
final class ObservationConverter implements ITypeConverter<Duration> {
    /** The server's clients may wait for a second before they reconnect, and an application may take five to end. */
    static final Duration MIN = Duration.ofSeconds(6);

    static final Duration MAX = Duration.ofHours(1);

    @Override
    public Duration convert(String value) {
        Duration duration = Durations.parse(value)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + value + "' is not a duration; right would be 60s, 2m or PT1M"));
        if (duration.compareTo(MIN) < 0 || duration.compareTo(MAX) > 0) {
            throw new TypeConversionException("'" + value + "' is out of range; right would be 6s to 60m");
        }
        return duration;
    }
}
