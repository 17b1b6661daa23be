package io.perennial.internal.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The end of {@link io.perennial.Lease}. */
@Name("io.perennial.LeaseLapsed")
@Label("Session Lease Lapsed")
@Description("The servers may have expired the session from now on, or have; noticed a moment later at most")
@Category("Perennial")
@StackTrace(false)
final class LeaseLapsedEvent extends Event {
    @Label("Session")
    @Nullable
    String session;

    @Label("Generation")
    long generation;

    @Label("Silence")
    @Description(
            "Since the sending of the last request that a server acknowledged; 0 when the session is known to be gone")
    @Timespan(Timespan.MILLISECONDS)
    long silence;
}
