package io.perennial.internal.protocol;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which kinds of request the servers have answered, and which they have said they do not know. */
final class KnownKinds {
    private final Set<RequestKind> known = EnumSet.noneOf(RequestKind.class);
    private final Map<RequestKind, RetryTime> unknown = new EnumMap<>(RequestKind.class);

    /** Whether no server has said that it does not know some kind. */
    boolean isComplete() {
        return unknown.isEmpty();
    }

    /** Whether it may be unknown, and no server has answered one yet. */
    boolean isUnproven(RequestKind kind) {
        return kind.mayBeUnknown() && !known.contains(kind);
    }

    boolean isUnknown(RequestKind kind) {
        return unknown.containsKey(kind);
    }

    /** When one of an unknown kind is tried again; null when the kind is not unknown. */
    @Nullable
    RetryTime retry(RequestKind kind) {
        return unknown.get(kind);
    }

    /** A server has answered one, whatever it said but UNIMPLEMENTED. */
    void answered(RequestKind kind) {
        if (kind.mayBeUnknown()) {
            known.add(kind);
            unknown.remove(kind);
        }
    }

    /** It may be another server that answers next. */
    void lost(RequestKind kind) {
        known.remove(kind);
    }

    /** A server has said that it does not know it. */
    void unimplemented(RequestKind kind, long now, RandomGenerator random) {
        known.remove(kind);
        unknown.computeIfAbsent(kind, k -> new RetryTime()).failed(now, random);
    }
}
