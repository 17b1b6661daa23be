package io.perennial.soak;

/**
 * A random run as a program: {@code java -Dsoak.minutes=10 -Dsoak.seed=7 io.perennial.soak.Soak}. Ends with status 1
 * when something was found.
 */
public final class Soak {
    private Soak() {}

    /** Takes properties, no arguments. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        Settings settings = Settings.ofProperties();
        System.out.println(
                "seed " + settings.seed() + ", " + settings.directory().toAbsolutePath());
        Outcome outcome = RandomRun.run(settings);
        System.out.println(outcome.report());
        System.exit(outcome.isGreen() ? 0 : 1);
    }
}
