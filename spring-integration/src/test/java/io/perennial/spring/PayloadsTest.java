package io.perennial.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.watch.NodeChange;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.support.DefaultConversionService;

class PayloadsTest {
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final DefaultConversionService conversions = new DefaultConversionService();
    private final Payloads payloads = new Payloads(beans);

    PayloadsTest() {
        beans.setConversionService(conversions);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private @Nullable Object read(String data, ResolvableType type) {
        Payloads.Reader reader = payloads.reader(type);
        return reader == null ? "no reader" : reader.read(bytes(data));
    }

    private Object read(String data, Class<?> type) {
        return read(data, ResolvableType.forClass(type));
    }

    private String written(Object value) {
        Payloads.Writer writer = payloads.writer(ResolvableType.forInstance(value));
        return writer == null ? "no writer" : new String(writer.write(value), StandardCharsets.UTF_8);
    }

    record Price(int cents) {}

    /** Has what Spring's ObjectToObjectConverter looks for. */
    record Stock(String name) {
        public static Stock valueOf(String name) {
            return new Stock(name);
        }
    }

    @Test
    void dataAreTextForSpringsOwnConverters_notAListOfNumbers() {
        assertThat(read("42", Integer.class)).isEqualTo(42);
        assertThat(read("42", int.class)).isEqualTo(42);
        assertThat(read("42", String.class)).isEqualTo("42");
        assertThat(read("SECONDS", TimeUnit.class)).isEqualTo(TimeUnit.SECONDS);
        assertThat(read("a,b", ResolvableType.forClassWithGenerics(List.class, String.class)))
                .isEqualTo(List.of("a", "b"));
        assertThat(read("x", Stock.class)).isEqualTo(new Stock("x"));
        assertThat((byte[]) read("42", byte[].class)).isEqualTo(bytes("42"));
        assertThat(written(42)).isEqualTo("42");
        assertThat(written("42")).isEqualTo("42");
        assertThat(written(bytes("42"))).isEqualTo("42");
        assertThat(written(TimeUnit.SECONDS)).isEqualTo("SECONDS");
    }

    @Test
    void whatNothingConvertsHasNoReaderAndNoWriter() {
        assertThat(read("42", Price.class)).isEqualTo("no reader");
        assertThat(written(new Price(3))).isEqualTo("no writer");
    }

    @Test
    void aRegisteredConverterOfBytesGoesBeforeOneOfText() {
        conversions.addConverter(byte[].class, Price.class, data -> new Price(data.length));
        conversions.addConverter(String.class, Price.class, text -> new Price(Integer.parseInt(text)));
        conversions.addConverter(Price.class, byte[].class, price -> new byte[] {'0'});
        conversions.addConverter(Price.class, String.class, price -> "" + price.cents());

        assertThat(read("42", Price.class)).isEqualTo(new Price(2));
        assertThat(written(new Price(3))).isEqualTo("0");
    }

    @Test
    void aRegisteredConverterOfTextIsUsed() {
        conversions.addConverter(String.class, Price.class, text -> new Price(Integer.parseInt(text)));
        conversions.addConverter(Price.class, String.class, price -> "" + price.cents());

        assertThat(read("42", Price.class)).isEqualTo(new Price(42));
        assertThat(written(new Price(3))).isEqualTo("3");
    }

    private record Constant(Class<?> type, Object object) implements PayloadConverter {
        @Override
        public boolean supports(ResolvableType wanted) {
            return wanted.resolve() == type;
        }

        @Override
        public Object read(byte[] data, ResolvableType wanted) {
            return object;
        }

        @Override
        public byte[] write(Object value, ResolvableType given) {
            return bytes("constant");
        }
    }

    @Test
    void aPayloadConverterGoesFirst_butNotForBytesAndText() {
        beans.registerSingleton("price", new Constant(Price.class, new Price(7)));
        beans.registerSingleton("integer", new Constant(Integer.class, 7));
        beans.registerSingleton("string", new Constant(String.class, "7"));

        assertThat(read("42", Price.class)).isEqualTo(new Price(7));
        assertThat(read("42", Integer.class)).isEqualTo(7);
        assertThat(read("42", String.class)).isEqualTo("42");
        assertThat(written(new Price(1))).isEqualTo("constant");
        assertThat(written("x")).isEqualTo("x");
    }

    private static final class SomeNullable {
        @Retention(RetentionPolicy.RUNTIME)
        @interface Nullable {}
    }

    @SuppressWarnings("unused")
    private static final class Methods {
        void plain(Integer price) {}

        void primitive(int price) {}

        void optional(Optional<Integer> price) {}

        void nullable(@Nullable Integer price) {}

        void nullableBytes(byte @Nullable [] price) {}

        void anyNullable(@SomeNullable.Nullable Integer price) {}

        void raw(Optional price) {}
    }

    private PayloadParameter parameter(String name) {
        Method method = Arrays.stream(Methods.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return new PayloadParameter(new MethodParameter(method, 0), payloads, "bean 'b', Methods." + name + "()");
    }

    private static NodeChange change(@Nullable String data) {
        return new NodeChange("/price", new Stat(), data == null ? null : bytes(data), false, 1);
    }

    private static final NodeChange ABSENT = new NodeChange("/price", null, null, false, 1);

    @Test
    void anAbsentNodeIsEmptyOrNullOrNotTold() {
        assertThat(parameter("plain").argument(change("3"))).isEqualTo(3);
        assertThat(parameter("plain").argument(ABSENT)).isNull();
        assertThat(parameter("plain").acceptsNull()).isFalse();
        assertThat(parameter("primitive").acceptsNull()).isFalse();
        assertThat(parameter("optional").argument(ABSENT)).isEqualTo(Optional.empty());
        assertThat(parameter("optional").argument(change("3"))).isEqualTo(Optional.of(3));
        assertThat(parameter("nullable").acceptsNull()).isTrue();
        assertThat(parameter("nullable").argument(ABSENT)).isNull();
        assertThat(parameter("nullableBytes").acceptsNull()).isTrue();
        assertThat(parameter("anyNullable").acceptsNull()).isTrue();
    }

    @Test
    void aNodeWithoutDataHasAnEmptyArray_andWhatConvertsToNullIsAbsent() {
        assertThat((byte[]) parameter("nullableBytes").argument(change(null))).isEmpty();
        assertThat(parameter("optional").argument(change(null))).isEqualTo(Optional.empty());
    }

    @Test
    void aFailedConversionDoesNotQuoteTheData() {
        assertThatThrownBy(() -> parameter("plain").argument(change("s3cret")))
                .hasMessage("bean 'b', Methods.plain(): the 6 bytes at /price cannot be turned into java.lang.Integer:"
                        + " java.lang.NumberFormatException, whose message may quote the data and is left out; its"
                        + " stack trace follows")
                .hasNoCause()
                .satisfies(thrown -> assertThat(thrown.getStackTrace()[0].getClassName())
                        .isEqualTo(NumberFormatException.class.getName()));
    }

    @Test
    void refusesAnOptionalOfNobodyKnowsWhat() {
        assertThatThrownBy(() -> parameter("raw")).hasMessageContaining("nothing turns a node's data into");
    }
}
