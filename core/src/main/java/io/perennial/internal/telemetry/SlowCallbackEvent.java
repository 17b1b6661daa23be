package io.perennial.internal.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** An application listener that took long; its thread and duration are the event's. */
@Name("io.perennial.SlowCallback")
@Label("Slow Session Callback")
@Description("A listener took long; those behind it waited")
@Category("Perennial")
@Threshold("100 ms")
@StackTrace(false)
final class SlowCallbackEvent extends Event {
    @Label("Session")
    @Nullable
    String session;

    @Label("Callback")
    @Nullable
    String callback;
}
