package io.perennial.samples.shop.stage;

import java.time.Duration;

/**
 * What the command line says.
 *
 * @param instances how many
 * @param port of the first, the others have the next ones; 0 for any
 * @param sessionTimeout to ask for
 */
record Options(int instances, int port, Duration sessionTimeout) {
    int port(int index) {
        return port == 0 ? 0 : port + index;
    }
}
