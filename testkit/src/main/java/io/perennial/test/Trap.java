package io.perennial.test;

import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/** What a {@link FaultProxy} does, once, with the next request whose op code matches. */
record Trap(Victim victim, IntPredicate opCode, CompletableFuture<Void> sprung) {
    enum Victim {
        /** The request never reaches the server. */
        REQUEST,
        /** The server processes the request, its reply never reaches the client. */
        REPLY
    }

    Trap(Victim victim, IntPredicate opCode) {
        this(victim, opCode, new CompletableFuture<>());
    }
}
