package io.perennial.internal.protocol;

import io.perennial.internal.protocol.Quarantine.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** A quarantine whose clock and connections a test has in its hand. */
abstract class QuarantineRig {
    static final RequestKey POISON = children("/big");

    final Quarantine quarantine = new Quarantine(1_048_575);
    long now = Duration.ofHours(1).toNanos();

    void breakWith(RequestKey... unanswered) {
        quarantine.broke(List.of(unanswered), now);
    }

    Verdict verdict(RequestKey key) {
        return quarantine.verdict(key, now);
    }

    static RequestKey children(String path) {
        return new RequestKey(RequestKind.GET_CHILDREN, path, 0);
    }

    static RequestKey[] crowd(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> new RequestKey(RequestKind.GET_DATA, "/n" + i, 0))
                .toArray(RequestKey[]::new);
    }
}
