package io.perennial.samples.quickstart;

import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Both sides at one moment: what the application claims, and what the server has.
 *
 * @param report the session's report
 * @param calls the changes that its watches have reported since the fault began
 * @param reportedState the state that follows from everything that they have reported
 * @param names the names of all ephemeral nodes on the server
 * @param workers the application's ephemeral nodes on the server, by path
 * @param state the watched state on the server
 */
record Picture(
        SessionReport report,
        List<ReportedChanges.Call> calls,
        Map<String, String> reportedState,
        Set<String> names,
        Map<String, Witness.Node> workers,
        Map<String, String> state) {

    static Picture take(Scene scene, Layout layout, ReportedChanges reported, SharedData data) throws Exception {
        return new Picture(
                scene.session().report(),
                reported.calls(),
                reported.state(),
                scene.witness().children(Layout.WORKERS),
                scene.witness().read(layout.workers()),
                data.state());
    }

    /** The session that the application claims to hold. */
    @Nullable
    SessionInfo session() {
        return report.session();
    }
}
