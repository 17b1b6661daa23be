package io.perennial.samples.shop;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One page that listens. It gets the newest status; those for which it was too slow are left out, so a page that stands
 * still holds up only its own executor's thread.
 */
final class LiveStream {
    private static final long NO_TIMEOUT = 0L;

    private final SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
    private final Executor executor;
    private final AtomicReference<@Nullable Status> next = new AtomicReference<>();
    private final AtomicBoolean sending = new AtomicBoolean();

    LiveStream(Executor executor) {
        this.executor = executor;
    }

    SseEmitter emitter() {
        return emitter;
    }

    /** However it ends. */
    void onEnd(Runnable action) {
        emitter.onCompletion(action);
        emitter.onTimeout(action);
        emitter.onError(e -> action.run());
    }

    void offer(Status status) {
        next.set(status);
        sendIfIdle();
    }

    void end() {
        emitter.complete();
    }

    private void sendIfIdle() {
        if (sending.compareAndSet(false, true)) {
            executor.execute(this::send);
        }
    }

    private void send() {
        try {
            for (Status status = next.getAndSet(null); status != null; status = next.getAndSet(null)) {
                emitter.send(SseEmitter.event().name("status").data(status, MediaType.APPLICATION_JSON));
            }
        } catch (IOException | IllegalStateException gone) {
            // The page was closed. The container should notice; it does not in all cases.
            emitter.complete();
            return;
        } finally {
            sending.set(false);
        }
        if (next.get() != null) {
            sendIfIdle();
        }
    }
}
