package io.perennial.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * A bean that turns nodes' data into objects and back, for {@link ZooKeeperWatch} and {@link ZooKeeperNode}; for
 * example with a JSON mapper. Of several, the first one in the beans' order that supports a type is used. {@code
 * byte[]} and {@code String} never come here. Called on the threads that those annotations name; thread-safe.
 */
public interface PayloadConverter {
    /**
     * Whether it can convert data to and from this type. Asked once for each method.
     *
     * @param type a method's parameter or return type, with its generics
     * @return whether it can
     */
    boolean supports(ResolvableType type);

    /**
     * From data to an object.
     *
     * @param data a node's data, not null; the converter's own copy
     * @param type a supported type
     * @return an object of that type; null counts as a node that is absent
     * @throws RuntimeException when the data cannot be read; its message, which may quote them, is not logged
     */
    @Nullable
    Object read(byte[] data, ResolvableType type);

    /**
     * From an object to data.
     *
     * @param value the object
     * @param type a supported type
     * @return the data
     * @throws RuntimeException when the value cannot be written; its message, which may quote it, is not logged
     */
    byte[] write(Object value, ResolvableType type);
}
