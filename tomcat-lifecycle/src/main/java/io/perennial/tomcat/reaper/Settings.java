package io.perennial.tomcat.reaper;

/** The reaper's properties at one moment. */
record Settings(
        boolean enabled,
        boolean reportOnly,
        boolean stopFailedContexts,
        int closeTimeoutMillis,
        int checkIntervalMillis) {
    static final Settings DEFAULT = new Settings(true, false, true, 2_000, 2_000);

    Settings withEnabled(boolean value) {
        return new Settings(value, reportOnly, stopFailedContexts, closeTimeoutMillis, checkIntervalMillis);
    }

    Settings withReportOnly(boolean value) {
        return new Settings(enabled, value, stopFailedContexts, closeTimeoutMillis, checkIntervalMillis);
    }

    Settings withStopFailedContexts(boolean value) {
        return new Settings(enabled, reportOnly, value, closeTimeoutMillis, checkIntervalMillis);
    }

    Settings withCloseTimeoutMillis(int value) {
        requireWithin("closeTimeoutMillis", value, 100, 10_000);
        return new Settings(enabled, reportOnly, stopFailedContexts, value, checkIntervalMillis);
    }

    Settings withCheckIntervalMillis(int value) {
        requireWithin("checkIntervalMillis", value, 100, 60_000);
        return new Settings(enabled, reportOnly, stopFailedContexts, closeTimeoutMillis, value);
    }

    private static void requireWithin(String property, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "ZooKeeperReaper: " + property + " is " + value + ", it must be from " + min + " to " + max);
        }
    }
}
