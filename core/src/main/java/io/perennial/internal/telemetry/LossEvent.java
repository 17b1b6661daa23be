package io.perennial.internal.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** See {@link io.perennial.LossDiagnosis}. */
@Name("io.perennial.Loss")
@Label("Session Loss")
@Description("A ZooKeeper session must be considered lost, and why")
@Category("Perennial")
@StackTrace(false)
final class LossEvent extends Event {
    @Label("Session")
    @Nullable
    String session;

    @Label("Kind")
    @Nullable
    String kind;

    @Label("Silence")
    @Description("Since the last request was sent that a server acknowledged")
    @Timespan(Timespan.MILLISECONDS)
    long silence;

    @Label("Longest Pause")
    @Description("The longest time in that silence during which this JVM did not run")
    @Timespan(Timespan.MILLISECONDS)
    long longestPause;

    @Label("Explanation")
    @Nullable
    String explanation;
}
