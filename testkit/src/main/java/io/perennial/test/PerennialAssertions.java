package io.perennial.test;

import io.perennial.ResilientSession;

/** The entry point for assertions about sessions, and for those of {@link ZooKeeperAssertions}. */
public final class PerennialAssertions extends ZooKeeperAssertions {
    private PerennialAssertions() {}

    /**
     * Assertions about a session.
     *
     * @param actual the session
     * @return its assertions
     */
    public static SessionAssert assertThat(ResilientSession actual) {
        return new SessionAssert(actual);
    }

    /**
     * Assertions about a watch that records what it reports.
     *
     * @param actual the watch
     * @return its assertions
     */
    public static RecordedWatchAssert assertThat(RecordedWatch<?> actual) {
        return new RecordedWatchAssert(actual);
    }
}
