package io.perennial.samples.quickstart;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of nodes or watches from the command line. */
final class CountConverter implements ITypeConverter<Integer> {
    static final int MAX = 50_000;

    @Override
    public Integer convert(String value) {
        int count;
        try {
            count = Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + value + "' is not a whole number; right would be 1 to " + MAX);
        }
        if (count < 1 || count > MAX) {
            throw new TypeConversionException("'" + value + "' is out of range; right would be 1 to " + MAX);
        }
        return count;
    }
}
