package io.perennial.spring;

import io.perennial.watch.NodeChange;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/** A method's parameter that takes a node's data. */
final class PayloadParameter {
    private static final byte[] EMPTY = new byte[0];

    private final boolean optional;
    private final boolean nullable;
    private final ResolvableType type;
    private final Payloads.Reader reader;
    private final String declaredBy;

    PayloadParameter(MethodParameter parameter, Payloads payloads, String declaredBy) {
        this.optional = parameter.getParameterType() == Optional.class;
        this.nullable = ParameterNullness.isNullable(parameter);
        ResolvableType declared = ResolvableType.forMethodParameter(parameter);
        this.type = optional ? declared.getGeneric() : declared;
        this.declaredBy = declaredBy;
        Payloads.Reader found = type.resolve() == null ? null : payloads.reader(type);
        if (found == null) {
            throw new IllegalStateException(declaredBy + ": nothing turns a node's data into " + type
                    + ": take NodeChange, ChildrenChange, TreeChange, byte[] or String, or give a PayloadConverter"
                    + " bean, or register a converter from byte[] or String with the ConversionService");
        }
        this.reader = found;
    }

    boolean acceptsNull() {
        return nullable;
    }

    /** The argument for the method; null when there is none. */
    @Nullable
    Object argument(NodeChange change) {
        Object value = change.exists() ? read(change) : null;
        return optional ? Optional.ofNullable(value) : value;
    }

    private @Nullable Object read(NodeChange change) {
        byte[] data = change.data() == null ? EMPTY : change.data();
        try {
            return reader.read(data);
        } catch (Throwable e) {
            throw PayloadFailure.of(
                    declaredBy + ": the " + data.length + " bytes at " + change.path() + " cannot be turned into "
                            + type,
                    e);
        }
    }
}
