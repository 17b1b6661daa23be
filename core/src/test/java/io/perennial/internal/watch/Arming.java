package io.perennial.internal.watch;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.watch.Watch;
import java.util.List;

/** Waits for watches. */
final class Arming {
    private Arming() {}

    static void awaitArmed(Watch... watches) {
        for (Watch watch : watches) {
            eventually(() -> assertThat(watch.isArmed()).isTrue());
        }
    }

    /** Until the session has read what has happened at the server by now. */
    static void catchUp(ResilientSession session) {
        // The first answer comes after the events so far, the second after the reads that these asked for.
        for (String barrier : List.of("/barrier-1", "/barrier-2")) {
            try (Watch watch = session.watches().node(barrier, change -> {})) {
                awaitArmed(watch);
            }
        }
    }
}
