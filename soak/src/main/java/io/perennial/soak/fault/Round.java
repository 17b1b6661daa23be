package io.perennial.soak.fault;

import java.time.Duration;
import java.util.List;

/**
 * A storm: overlapping faults, after which everything is healed.
 *
 * @param number from 1
 * @param length until it is healed
 * @param faults in the order in which they begin
 */
public record Round(int number, Duration length, List<Fault> faults) {
    public Round {
        faults = List.copyOf(faults);
    }

    /** Whether the servers' data are exchanged in it: then what has been written may have never been. */
    public boolean isOfData() {
        return faults.stream().anyMatch(fault -> fault.verb().place() == Verb.Place.DATA);
    }
}
