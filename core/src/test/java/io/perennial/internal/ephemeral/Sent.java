package io.perennial.internal.ephemeral;

import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.request.Reply;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A request of a model client on its way. */
final class Sent {
    final ModelClient from;
    final RequestKind kind;
    /** What it changes. */
    final List<String> writes;
    /** What was known of that. */
    final Map<String, Told> told;

    final Consumer<Reply> answer;
    /** How often the servers had been put back. */
    final int restorations;
    /** What the server does. */
    Supplier<Reply> effect = () -> null;
    /** What the client does with the answer, before it gives it. */
    Consumer<Reply> learned = reply -> {};
    /** It may have been decided long before it was sent. */
    boolean delayed;
    /** Since when the connection was there for which it was decided. */
    long since;

    Sent(
            ModelClient from,
            RequestKind kind,
            List<String> writes,
            Map<String, Told> told,
            Consumer<Reply> answer,
            int restorations) {
        this.from = from;
        this.kind = kind;
        this.writes = writes;
        this.told = told;
        this.answer = answer;
        this.restorations = restorations;
    }

    @Override
    public String toString() {
        return kind + " " + writes;
    }
}
