package io.perennial.tomcat.incident;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where an application waits until it may fail. */
final class Gate {
    private final CountDownLatch opened = new CountDownLatch(1);

    void open() {
        opened.countDown();
    }

    void pass() {
        try {
            if (!opened.await(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException("nobody opened the gate");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
