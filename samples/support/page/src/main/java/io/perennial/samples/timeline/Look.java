package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.util.Locale;

/** What a state looks like: its class in the style sheet, its words in the legend. */
public final class Look {
    private Look() {}

    /** Its class in the style sheet. */
    public static String css(SessionState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String css(Band band) {
        return band.silent() ? "silent" : css(band.state());
    }

    static String name(Band band) {
        return band.silent() ? "silent" : band.state().toString();
    }

    /** If there is no room for both, the worse hides the better. */
    static int severity(Band band) {
        return Math.max(severity(band.state()), band.silent() ? severity(SessionState.SUSPENDED) : 0);
    }

    private static int severity(SessionState state) {
        return switch (state) {
            case LATENT -> 0;
            case CONNECTED -> 1;
            case CLOSED -> 2;
            case READ_ONLY -> 3;
            case RESTORING -> 4;
            case CONNECTING -> 5;
            case SUSPENDED -> 6;
            case LOST -> 7;
            case FAILED -> 8;
        };
    }

    /** What it means, in a few words. */
    public static String meaning(SessionState state) {
        return switch (state) {
            case LATENT -> "built, not started";
            case CONNECTING -> "started, no server session yet";
            case RESTORING -> "a session is live; nodes and watches are being put back";
            case CONNECTED -> "restored: the application works";
            case READ_ONLY -> "attached to a server without quorum";
            case SUSPENDED -> "connection lost; the server may still hold the session";
            case LOST -> "the session must be taken for gone";
            case FAILED -> "credentials or policy refused; a person is needed";
            case CLOSED -> "ended";
        };
    }
}
