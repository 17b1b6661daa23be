package io.perennial.test;

import java.time.Duration;
import org.assertj.core.api.Assertions;

/** That something has recovered, and how long it took from the assertion on. */
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
     * @param limit the longest that is right
     * @return this
     */
    public Recovery within(Duration limit) {
        Assertions.assertThat(took).as("time until %s had recovered", subject).isLessThanOrEqualTo(limit);
        return this;
    }
}
