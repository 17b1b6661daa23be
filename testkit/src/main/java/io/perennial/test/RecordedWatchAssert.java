package io.perennial.test;

import java.util.Optional;
import org.assertj.core.api.Assertions;

/** Assertions about what a watch's listener received. */
public final class RecordedWatchAssert extends WaitingAssert<RecordedWatchAssert, RecordedWatch<?>> {
    RecordedWatchAssert(RecordedWatch<?> actual) {
        super(actual, RecordedWatchAssert.class);
    }

    /**
     * Waits until the last thing that the listener received is what the server has: no change is missing.
     *
     * @return this
     */
    public RecordedWatchAssert agreesWithTheServer() {
        waitFor("agrees with the server", () -> Assertions.<Object>assertThat(actual.last())
                .as("last reported state of %s", actual.path())
                .isEqualTo(Optional.of(actual.read())));
        return this;
    }

    @Override
    String subject() {
        return "the watch of " + actual.path();
    }

    @Override
    String details() {
        return actual.details();
    }
}
