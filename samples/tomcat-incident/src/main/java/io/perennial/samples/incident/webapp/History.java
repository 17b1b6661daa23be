package io.perennial.samples.incident.webapp;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a real application has done before anything goes wrong: it has used random numbers, and it has logged an
 * exception that had a cause. So the classes for both are loaded, and an orphan gets as far as the reconnection itself.
 */
final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    private History() {}

    static void live() {
        int order = ThreadLocalRandom.current().nextInt(1_000);
        LOG.warn(
                "Order {} could not be read, the default is used",
                order,
                new IllegalStateException("no order", new IOException("no such file")));
    }
}
