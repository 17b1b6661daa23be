package io.perennial.samples.quickstart;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.samples.terminal.Durations;
import io.perennial.samples.terminal.Terminal;
import io.perennial.samples.timeline.Remark;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Starts the application and the witness, causes one fault after another, and judges each. */
final class Rehearsal {
    /** Time for reports that should not come, and for the reader's eye. */
    private static final Duration SETTLING = Duration.ofMillis(500);

    private final Faults faults;
    private final Layout layout;
    private final Duration sessionTimeout;
    private final Terminal terminal;
    private final Duration patience;
    private final ReportedChanges reported = new ReportedChanges();
    private final Journal journal = new Journal();

    Rehearsal(Faults faults, Layout layout, Duration sessionTimeout, Terminal terminal) {
        this.faults = faults;
        this.layout = layout;
        this.sessionTimeout = sessionTimeout;
        this.terminal = terminal;
        patience = Duration.ofSeconds(30).plusMillis(layout.nodes() + layout.watches());
    }

    List<Verdict> run() throws Exception {
        faults.start();
        // Short, for 50,000 paths have to fit into the transaction that closes their session.
        String root = "/qs-" + UUID.randomUUID().toString().substring(0, 6);
        try (var witness = new Witness(faults.directConnectString(), root);
                var data = new SharedData(layout, witness, faults.isShared());
                var application = new Application(faults.connectString(), sessionTimeout, root)) {
            introduce(root);
            data.create();
            return run(application, witness, data);
        }
    }

    private List<Verdict> run(Application application, Witness witness, SharedData data) throws Exception {
        ResilientSession session = application.session();
        var timeline = new Timeline(terminal, layout, session::report, reported::countWhileAway);
        var scene = new Scene(session, journal, witness, timeline);
        timeline.columns();
        session.addListener(timeline);
        session.addListener(journal);
        application.start(layout, reported);
        if (!session.awaitConnected(patience)) {
            throw new IOException("not connected to " + faults.connectString() + " within " + Durations.format(patience)
                    + ": the session is " + session.state());
        }
        session.info().ifPresent(info -> noteOtherTimeout(info, timeline));
        List<Verdict> verdicts = new ArrayList<>();
        for (Fault fault : faults.faults(scene)) {
            Thread.sleep(SETTLING.toMillis());
            Remark.make(Application.SESSION, fault.name() + ": " + fault.story());
            timeline.headline(verdicts.size() + 1 + "  " + fault.name(), fault.story());
            verdicts.add(produce(fault, scene, data));
        }
        timeline.headline("Close", "the session ends, and its nodes with it");
        application.close();
        int left = witness.count(Layout.WORKERS);
        if (left > 0) {
            throw new IOException("the session is closed, and the server still has " + left + " of its nodes");
        }
        timeline.note("the server has none of its nodes left");
        return verdicts;
    }

    private static void noteOtherTimeout(SessionInfo info, Timeline timeline) {
        if (!info.negotiatedTimeout().equals(info.requestedTimeout())) {
            timeline.note("the server grants a session timeout of " + Durations.format(info.negotiatedTimeout())
                    + ", not of " + Durations.format(info.requestedTimeout()));
        }
    }

    private Verdict produce(Fault fault, Scene scene, SharedData data) throws Exception {
        ResilientSession session = scene.session();
        reported.clear();
        journal.clear();
        Picture before = Picture.take(scene, layout, reported, data);

        long began = System.nanoTime();
        fault.begin().run();
        boolean noticed = journal.awaitAway(patience);
        List<Change> changes = data.change();
        boolean surelyAway = noticed && !session.state().isAttached();
        scene.timeline().note("another client changes watched data (to be reported: " + changes.size() + ")");
        fault.end().run();
        long ended = System.nanoTime();
        boolean back = journal.awaitBack(fault.consequence(), patience);
        long recovered = journal.lastAt();
        if (back) {
            reported.awaitAll(changes, patience);
        }

        Thread.sleep(SETTLING.toMillis());
        Picture after = Picture.take(scene, layout, reported, data);
        List<String> problems = Judge.problems(layout, fault.newSession(), before, after, changes, surelyAway);
        if (!back) {
            problems.add(0, "not back within " + Durations.format(patience) + ": the session is " + session.state());
        }
        return new Verdict(
                fault.name(),
                fault.newSession(),
                changes.size(),
                Duration.ofNanos(ended - began),
                Duration.ofNanos(Math.max(0, recovered - ended)),
                problems);
    }

    private void introduce(String root) {
        terminal.line(terminal.styled(Terminal.Style.BOLD, "Perennial quickstart"));
        terminal.wrapped(
                Terminal.Style.DIM,
                "",
                "on " + faults.where() + ", session timeout " + Durations.format(sessionTimeout) + ", " + layout.nodes()
                        + " ephemeral nodes and " + layout.watches() + " watches, all below " + root);
    }
}
