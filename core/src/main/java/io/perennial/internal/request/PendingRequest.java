package io.perennial.internal.request;

import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request on its way through a {@link RequestQueue}. Confined to the event loop. */
final class PendingRequest {
    final RequestKind kind;
    final int operations;
    final Consumer<Reply> answer;
    final Send send;
    /** Sent again, or held back: later than requests that were made after it. */
    boolean late;
    /** The server's last answer was that it has no time for it. */
    boolean putOff;

    private final @Nullable String path;
    private final int bytes;
    private final @Nullable Supplier<List<RequestKey>> subjects;
    private @Nullable List<RequestKey> keys;

    /** Sends a request and passes its answer to the consumer, from any thread. */
    @FunctionalInterface
    interface Send {
        void to(Consumer<Reply> reply);
    }

    private PendingRequest(
            RequestKind kind,
            @Nullable String path,
            int bytes,
            @Nullable Supplier<List<RequestKey>> subjects,
            int operations,
            Consumer<Reply> answer,
            Send send) {
        this.kind = kind;
        this.path = path;
        this.bytes = bytes;
        this.subjects = subjects;
        this.operations = operations;
        this.answer = answer;
        this.send = send;
    }

    static PendingRequest single(RequestKind kind, String path, int bytes, Consumer<Reply> answer, Send send) {
        return new PendingRequest(kind, path, bytes, null, 1, answer, send);
    }

    /** The subjects are asked for when something has gone wrong, not before. */
    static PendingRequest transaction(
            Supplier<List<RequestKey>> subjects, int operations, Consumer<Reply> answer, Send send) {
        return new PendingRequest(RequestKind.CREATE, null, 0, subjects, operations, answer, send);
    }

    boolean isTransaction() {
        return subjects != null;
    }

    @Nullable
    String path() {
        return path;
    }

    List<RequestKey> keys() {
        if (keys == null) {
            keys = subjects != null || path == null
                    ? List.copyOf(subjects == null ? List.of() : subjects.get())
                    : List.of(new RequestKey(kind, path, bytes));
        }
        return keys;
    }
}
