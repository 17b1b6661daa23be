package io.perennial.samples.quickstart;

import io.perennial.SessionInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/** Compares what the application claims with what the server has, and both with what a fault may do. */
final class Judge {
    private final Layout layout;
    private final List<String> problems = new ArrayList<>();

    private Judge(Layout layout) {
        this.layout = layout;
    }

    /**
     * Looks for problems.
     *
     * @param newSession whether the fault has ended the server's session
     * @param made what the witness changed meanwhile
     * @param surelyAway whether all of it certainly changed while the session was away
     * @return one line each; none if everything is correct
     */
    static List<String> problems(
            Layout layout, boolean newSession, Picture before, Picture after, List<Change> made, boolean surelyAway) {
        var judge = new Judge(layout);
        SessionInfo was = before.session();
        SessionInfo is = after.session();
        if (was == null || is == null) {
            judge.problems.add("no session " + (is == null ? "afterwards" : "before"));
        } else {
            judge.session(newSession, was, is);
            judge.nodes(newSession, before, after, is);
        }
        judge.watches(after);
        judge.reports(made, after.calls(), surelyAway);
        return judge.problems;
    }

    private void session(boolean newSession, SessionInfo was, SessionInfo is) {
        if (newSession == (was.sessionId() == is.sessionId())) {
            problems.add("the session should be " + (newSession ? "new" : "the same") + ": it was " + was.sessionIdHex()
                    + " and is " + is.sessionIdHex());
        }
        long expected = was.generation() + (newSession ? 1 : 0);
        if (is.generation() != expected) {
            problems.add("the generation should be " + expected + " and is " + is.generation());
        }
    }

    private void nodes(boolean newSession, Picture before, Picture after, SessionInfo session) {
        int held = after.report().nodesHeld();
        if (held != layout.nodes()) {
            problems.add("the session says that it holds " + held + " of " + layout.nodes() + " nodes");
        }
        var wanted = new TreeSet<String>();
        layout.workers().forEach(path -> wanted.add(path.substring(Layout.WORKERS.length() + 1)));
        some("nodes missing", minus(wanted, after.names()));
        some("nodes that nobody registered", minus(after.names(), wanted));
        someNodes(
                "nodes of another owner than the session",
                after,
                (path, node) -> node.stat().getEphemeralOwner() != session.sessionId());
        if (!newSession) {
            someNodes("nodes made anew or written to", after, (path, node) -> {
                Witness.Node old = before.workers().get(path);
                return old == null
                        || old.stat().getCzxid() != node.stat().getCzxid()
                        || old.stat().getMzxid() != node.stat().getMzxid();
            });
        }
    }

    private void watches(Picture after) {
        int armed = after.report().watchesArmed();
        if (armed != layout.watches()) {
            problems.add("the session says that " + armed + " of " + layout.watches() + " watches are armed");
        }
        var paths = new TreeSet<>(after.reportedState().keySet());
        paths.addAll(after.state().keySet());
        for (String path : paths) {
            String reported = lastOf(after.reportedState(), path);
            String is = lastOf(after.state(), path);
            if (!reported.equals(is)) {
                problems.add(path + " is " + is + ", last reported as " + reported);
            }
        }
    }

    private void reports(List<Change> made, List<ReportedChanges.Call> calls, boolean surelyAway) {
        for (Change change : made) {
            List<ReportedChanges.Call> times =
                    calls.stream().filter(t -> t.change().equals(change)).toList();
            if (times.size() != 1) {
                problems.add("reported " + times.size() + " times: " + change);
            } else if (surelyAway && !times.get(0).whileAway()) {
                problems.add("not reported as changed while away: " + change);
            }
        }
        calls.stream()
                .map(ReportedChanges.Call::change)
                .filter(change -> !made.contains(change))
                .forEach(change -> problems.add("reported, but not made: " + change));
    }

    private void someNodes(String what, Picture after, BiPredicate<String, Witness.Node> isBad) {
        some(
                what,
                after.workers().entrySet().stream()
                        .filter(e -> isBad.test(e.getKey(), e.getValue()))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList());
    }

    private void some(String what, List<String> which) {
        if (!which.isEmpty()) {
            problems.add(what + ": " + which.size() + ", such as " + which.get(0));
        }
    }

    private static List<String> minus(Iterable<String> all, Set<String> without) {
        List<String> rest = new ArrayList<>();
        all.forEach(rest::add);
        rest.removeAll(without);
        return rest;
    }

    private static String lastOf(Map<String, String> state, String path) {
        return state.getOrDefault(path, Change.ABSENT);
    }
}
