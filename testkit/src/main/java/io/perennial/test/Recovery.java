package io.perennial.test;

import java.time.Duration;
import org.assertj.core.api.Assertions;

/** Something that has recovered, and how long that took since the assertion began. */
public final class Recovery {
    private final String subject;
    private final Duration took;

    Recovery(String subject, Duration took) {
        this.subject = subject;
        this.took = took;
    }

    /**
     * How long the assertion has waited.
     *
     * @return next to nothing when it had recovered before
     */
    public Duration took() {
        return took;
    }

    /**
     * Fails when it took longer.
     *
     * @param limit the longest acceptable time
     * @return this
     */
    public Recovery within(Duration limit) {
        Assertions.assertThat(took).as("time until %s had recovered", subject).isLessThanOrEqualTo(limit);
        return this;
    }
}
