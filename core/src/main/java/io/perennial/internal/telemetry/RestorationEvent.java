package io.perennial.internal.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** See {@link io.perennial.SessionReport.Restoration}; its duration is the restoration's. */
@Name("io.perennial.Restoration")
@Label("Session Restoration")
@Description("Ephemeral nodes and watches were brought back, or new trouble ended the attempt")
@Category("Perennial")
@StackTrace(false)
final class RestorationEvent extends Event {
    @Label("Session")
    @Nullable
    String session;

    @Label("Generation")
    long generation;

    @Label("Attachment")
    @Description("NEW_SESSION, RESUMED or RECONNECTED")
    @Nullable
    String attachment;

    @Label("Nodes")
    @Description("Ephemeral nodes held at the end")
    int nodes;

    @Label("Watches")
    @Description("Watches armed at the end")
    int watches;

    @Label("Completed")
    @Description("False when new trouble ended it")
    boolean completed;
}
