package io.perennial.internal.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a request is, whenever it is sent: two with the same key meet the same fate.
 *
 * @param kind what it does
 * @param path the server's path
 * @param bytes how many bytes of data go with it: other data may well pass
 */
public record RequestKey(RequestKind kind, String path, int bytes) {
    /** Written out: the generated methods keep a stopped application's loader alive (JDK 17, ObjectMethods). */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestKey that && kind == that.kind && bytes == that.bytes && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, path, bytes);
    }
}
