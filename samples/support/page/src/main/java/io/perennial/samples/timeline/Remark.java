package io.perennial.samples.timeline;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A program's remark on one of its sessions, in a recording: such as a fault that it injects. */
@Name(Remark.NAME)
@Label("Remark on a Session")
@Description("What a program knows of a session's time, such as a fault that it injects")
@Category("Perennial")
@StackTrace(false)
public final class Remark extends Event {
    static final String NAME = "io.perennial.samples.Remark";

    @Label("Session")
    @Nullable
    private String session;

    @Label("Text")
    @Nullable
    private String text;

    /**
     * Makes it, now.
     *
     * @param session the session's name
     * @param text a sentence
     */
    public static void make(String session, String text) {
        var remark = new Remark();
        if (remark.shouldCommit()) {
            remark.session = session;
            remark.text = text;
            remark.commit();
        }
    }

    /** Also reads the fields, which otherwise only the recorder does. */
    @Override
    public String toString() {
        return session + ": " + text;
    }
}
