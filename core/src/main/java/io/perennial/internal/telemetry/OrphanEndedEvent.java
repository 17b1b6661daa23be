package io.perennial.internal.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A session whose owner had ended without closing it. */
@Name("io.perennial.OrphanEnded")
@Label("Orphaned Session Ended")
@Description("A session was ended because its owner had ended without closing it")
@Category("Perennial")
@StackTrace(false)
final class OrphanEndedEvent extends Event {
    @Label("Owner")
    @Nullable
    String owner;

    @Label("Session")
    @Nullable
    String session;

    @Label("Session Id")
    @Description("As ZooKeeper writes it; empty when there was no server session")
    @Nullable
    String sessionId;

    @Label("Generation")
    @Description("0 when there was no server session")
    long generation;
}
