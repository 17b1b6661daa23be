package io.perennial.tomcat.reaper;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** For JDK Flight Recorder: a client ended. Its name and fields are a contract. */
@Name("io.perennial.ReaperEndedOrphan")
@Label("Orphaned Client Ended by Reaper")
@Description("The reaper ended a ZooKeeper client that a stopped web application had left behind")
@Category("Perennial")
@StackTrace(false)
final class ReaperEndedOrphanEvent extends Event {
    @Label("Application")
    @Nullable
    String application;

    @Label("Session Id")
    @Description("As ZooKeeper writes it; empty when there was no server session")
    @Nullable
    String sessionId;

    @Label("Servers")
    @Nullable
    String servers;

    @Label("Threads")
    @Description("The client's threads, before")
    int threads;

    @Label("Outcome")
    @Nullable
    String outcome;
}
