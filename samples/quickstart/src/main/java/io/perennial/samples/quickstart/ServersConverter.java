package io.perennial.samples.quickstart;

import io.perennial.ResilientSession;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A connect string from the command line. */
final class ServersConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
        try {
            ResilientSession.builder().connectString(value); // the library knows what is right
            return value;
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
