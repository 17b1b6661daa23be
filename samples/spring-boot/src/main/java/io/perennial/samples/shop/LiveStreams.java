package io.perennial.samples.shop;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The pages that listen. They receive each change, and the current status every second: so a page that has gone away is
 * noticed soon. They end in the first phase of a shutdown; otherwise the web server would wait for them until its
 * timeout.
 */
@Component
public class LiveStreams implements SmartLifecycle {
    private static final int TICK_MILLIS = 1_000;

    private final StatusReader reader;
    private final AsyncTaskExecutor executor;
    private final Set<LiveStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    LiveStreams(StatusReader reader, @Qualifier("applicationTaskExecutor") AsyncTaskExecutor executor) {
        this.reader = reader;
        this.executor = executor;
    }

    /**
     * Opens one.
     *
     * @throws IllegalStateException when the application is shutting down
     */
    SseEmitter open() {
        var stream = new LiveStream(executor);
        stream.onEnd(() -> open.remove(stream));
        open.add(stream);
        if (!running) {
            open.remove(stream);
            throw new IllegalStateException("the application is about to end");
        }
        stream.offer(reader.read());
        return stream.emitter();
    }

    /** How many there are. */
    public int count() {
        return open.size();
    }

    @EventListener(Changed.class)
    @Scheduled(fixedRate = TICK_MILLIS)
    void tell() {
        if (running && !open.isEmpty()) {
            Status status = reader.read();
            open.forEach(stream -> stream.offer(status));
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        open.forEach(LiveStream::end);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
