package io.perennial.test;

import io.perennial.ResilientSession;

/** Where assertions about sessions begin, and those of {@link ZooKeeperAssertions} too. */
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
     * Assertions about a watch that remembers what it was told.
     *
     * @param actual the watch
     * @return its assertions
     */
    public static RecordedWatchAssert assertThat(RecordedWatch<?> actual) {
        return new RecordedWatchAssert(actual);
    }
}
