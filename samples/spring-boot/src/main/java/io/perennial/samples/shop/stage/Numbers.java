package io.perennial.samples.shop.stage;

import io.perennial.samples.terminal.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Values from the command line. */
final class Numbers {
    static final int HIGHEST_PORT = 65_535;

    private Numbers() {}

    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return within(value, 0, HIGHEST_PORT);
        }
    }

    static final class Instances implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return within(value, 1, 9);
        }
    }

    /** What the embedded server grants. */
    static final class Timeout implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            Duration duration = Durations.parse(value)
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + value + "' is not a duration; right would be 10s, 2500ms, 1m or PT10S"));
            if (duration.compareTo(Duration.ofSeconds(2)) < 0 || duration.compareTo(Duration.ofSeconds(60)) > 0) {
                throw new TypeConversionException("'" + value + "' is out of range; right would be 2s to 60s");
            }
            return duration;
        }
    }

    private static int within(String value, int lowest, int highest) {
        int number;
        try {
            number = Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + value + "' is not a whole number; right would be " + lowest + " to " + highest);
        }
        if (number < lowest || number > highest) {
            throw new TypeConversionException(
                    "'" + value + "' is out of range; right would be " + lowest + " to " + highest);
        }
        return number;
    }
}
