package io.perennial.internal.session;

import io.perennial.ResilientSession;
import io.perennial.internal.engine.SessionThreads;
import java.util.concurrent.atomic.AtomicBoolean;

/** A session for which there is no thread to be had, at times. */
final class Starved {
    private Starved() {}

    static ResilientSession build(ResilientSession.Builder builder, AtomicBoolean starved) {
        return ((SessionBuilder) builder)
                .build((name, loader) ->
                        new SessionThreads(name, loader, (task, threadName) -> new Thread(task, threadName) {
                            @Override
                            public void start() {
                                if (starved.get()) {
                                    throw new OutOfMemoryError("unable to create native thread");
                                }
                                super.start();
                            }
                        }));
    }
}
