package io.perennial.samples.incident;

import java.time.Duration;

/**
 * The plan: what happens, and when.
 *
 * @param mode the kind of orphan
 * @param restartAfter from the failed start until the server stops
 * @param observe from the server's return until the end
 */
record Script(Mode mode, Duration restartAfter, Duration observe) {}
