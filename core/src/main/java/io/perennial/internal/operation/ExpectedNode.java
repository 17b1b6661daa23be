package io.perennial.internal.operation;

import io.perennial.operation.Write;
import io.perennial.operation.Write.Check;
import io.perennial.operation.Write.Create;
import io.perennial.operation.Write.Delete;
import io.perennial.operation.Write.SetData;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The combined effect of the writes on one path: a transaction may delete a node and make it again.
 *
 * @param path the path
 * @param exists whether a node is there
 * @param data its data; null when only its existence is checked
 * @param version its version, or {@link Write#ANY_VERSION} when that is not known
 * @param made whether it is a node made by these writes
 * @param anybodys whether another client's node could be identical to it; one that could not, and is not proven, never
 *     matches
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ExpectedNode(String path, boolean exists, byte @Nullable [] data, int version, boolean made, boolean anybodys) {

    /** One for each path. */
    static Collection<ExpectedNode> of(List<Write> writes) {
        Map<String, ExpectedNode> byPath = new LinkedHashMap<>();
        for (Write write : writes) {
            byPath.put(write.path(), after(write, byPath.get(write.path())));
        }
        return byPath.values();
    }

    private static ExpectedNode after(Write write, @Nullable ExpectedNode before) {
        String path = write.path();
        if (write instanceof Create create) {
            boolean anybodys = !create.mode().isSequential() && !create.mode().isEphemeral();
            return new ExpectedNode(path, true, create.data(), 0, true, anybodys);
        }
        if (write instanceof Delete) {
            return new ExpectedNode(path, false, null, Write.ANY_VERSION, false, true);
        }
        if (write instanceof SetData set) {
            return after(set, before);
        }
        Check check = (Check) write;
        return before != null ? before : new ExpectedNode(path, true, null, check.version(), false, true);
    }

    private static ExpectedNode after(SetData set, @Nullable ExpectedNode before) {
        int version = before != null && before.version != Write.ANY_VERSION ? before.version : set.version();
        return new ExpectedNode(
                set.path(),
                true,
                set.data(),
                version == Write.ANY_VERSION ? Write.ANY_VERSION : version + 1,
                before != null && before.made,
                before == null || before.anybodys);
    }

    /**
     * Whether that is the state now.
     *
     * @param now the node, or null
     * @param holds its data
     * @param seen a transaction before the writes
     */
    boolean isMetBy(@Nullable Stat now, byte @Nullable [] holds, long seen) {
        if (!exists || now == null) {
            return !exists && now == null;
        }
        if (data == null) {
            return true;
        }
        return anybodys
                && Arrays.equals(data, holds)
                && (version == Write.ANY_VERSION || (version == now.getVersion() && made == now.getCzxid() > seen))
                && (!made || now.getEphemeralOwner() == 0);
    }
}
