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
@Description("From now on the servers may have expired the session; noticed a moment later at most")
@Category("Perennial")
@StackTrace(false)
final class LeaseLapsedEvent extends Event {
    @Label("Session")
    @Nullable
    String session;

    @Label("Generation")
    long generation;

    @Label("Silence")
    @Description("Since the last request was sent that a server acknowledged; 0 when the session is known to be gone")
    @Timespan(Timespan.MILLISECONDS)
    long silence;
}
