package io.perennial.internal.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** See {@link io.perennial.SessionTransition}. */
@Name("io.perennial.Transition")
@Label("Session Transition")
@Description("A ZooKeeper session entered another state")
@Category("Perennial")
@StackTrace(false)
final class TransitionEvent extends Event {
    @Label("Session")
    @Nullable
    String session;

    @Label("From")
    @Nullable
    String from;

    @Label("To")
    @Nullable
    String to;

    @Label("Cause")
    @Nullable
    String cause;

    @Label("Generation")
    @Description("0 when there is no server session")
    long generation;

    @Label("Session Id")
    @Description("As ZooKeeper writes it; empty when there is no server session")
    @Nullable
    String sessionId;

    @Label("Negotiated Timeout")
    @Timespan(Timespan.MILLISECONDS)
    long negotiatedTimeout;

    @Label("In Previous State")
    @Timespan(Timespan.MILLISECONDS)
    long inPreviousState;

    @Label("Detail")
    @Nullable
    String detail;
}
