package io.perennial.versions;

import io.perennial.ResilientSession;

/** Builds a session, and prints why that was refused. */
final class TooOldProgram {
    static final String REFUSED = "REFUSED ";

    private TooOldProgram() {}

    public static void main(String[] arguments) {
        try {
            ResilientSession.builder().connectString("127.0.0.1:1").build();
            System.out.println("built");
        } catch (IllegalStateException e) {
            System.out.println(REFUSED + e.getMessage());
        }
        System.exit(0);
    }
}
