package io.perennial.soak;

import io.perennial.soak.fault.Draw;
import io.perennial.soak.fault.Round;
import io.perennial.soak.fault.Schedule;
import java.util.Iterator;
import java.util.stream.Stream;

/** Supplies the rounds of a run: drawn from the seed without end, or read from a schedule to be replayed. */
final class Rounds {
    private Rounds() {}

    static Iterator<Round> of(Settings settings, int servers) {
        if (settings.replay() != null) {
            return Schedule.read(settings.replay()).rounds().iterator();
        }
        int sessions = settings.clients() * WorkingClients.SESSIONS_EACH;
        Draw draw = new Draw(settings.seed(), servers, settings.clients(), sessions);
        return Stream.iterate(1, number -> number + 1).map(draw::round).iterator();
    }
}
