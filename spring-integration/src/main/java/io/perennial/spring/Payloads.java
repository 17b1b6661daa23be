package io.perennial.spring;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.support.DefaultConversionService;

/** Turns nodes' data into objects and back, with the converters of the context. */
final class Payloads {
    /**
     * Spring's own converters from {@code byte[]} are never wanted here: they see a list of numbers, and take the first
     * of them for an {@code Integer}. A conversion that this service cannot do comes from a converter that the
     * application has registered for data.
     */
    private static final ConversionService STOCK = new DefaultConversionService();

    private static final TypeDescriptor BYTES = TypeDescriptor.valueOf(byte[].class);
    private static final TypeDescriptor STRING = TypeDescriptor.valueOf(String.class);

    private final ConfigurableListableBeanFactory beans;

    Payloads(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /** Reads data as one type. */
    @FunctionalInterface
    interface Reader {
        @Nullable
        Object read(byte[] data);
    }

    /** Writes values of one type. */
    @FunctionalInterface
    interface Writer {
        byte @Nullable [] write(Object value);
    }

    /** The reader of this type, or null when there is none. */
    @Nullable
    Reader reader(ResolvableType type) {
        if (type.resolve() == byte[].class) {
            return data -> data;
        }
        if (type.resolve() == String.class) {
            return Payloads::text;
        }
        PayloadConverter converter = converter(type);
        if (converter != null) {
            return data -> converter.read(data, type);
        }
        var target = new TypeDescriptor(type, null, null);
        ConversionService conversions = conversions();
        if (conversions.canConvert(BYTES, target) && !STOCK.canConvert(BYTES, target)) {
            return data -> conversions.convert(data, BYTES, target);
        }
        return conversions.canConvert(STRING, target) ? data -> conversions.convert(text(data), STRING, target) : null;
    }

    /** The writer of this type, or null when there is none. */
    @Nullable
    Writer writer(ResolvableType type) {
        if (type.resolve() == byte[].class) {
            return value -> ((byte[]) value);
        }
        if (type.resolve() == String.class) {
            return value -> bytes((String) value);
        }
        PayloadConverter converter = converter(type);
        if (converter != null) {
            return value -> converter.write(value, type);
        }
        var source = new TypeDescriptor(type, null, null);
        ConversionService conversions = conversions();
        if (conversions.canConvert(source, BYTES) && !STOCK.canConvert(source, BYTES)) {
            return value -> (byte[]) conversions.convert(value, source, BYTES);
        }
        return conversions.canConvert(source, STRING)
                ? value -> bytes((String) conversions.convert(value, source, STRING))
                : null;
    }

    private @Nullable PayloadConverter converter(ResolvableType type) {
        return beans.getBeanProvider(PayloadConverter.class)
                .orderedStream()
                .filter(converter -> converter.supports(type))
                .findFirst()
                .orElse(null);
    }

    private ConversionService conversions() {
        ConversionService contexts = beans.getConversionService();
        return contexts == null ? STOCK : contexts;
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
