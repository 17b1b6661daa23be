package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.RestoreContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.imps.DefaultACLProvider;
import org.junit.jupiter.api.Test;

class WatchProblemsTest {
    private final ManualCallbacks run = new ManualCallbacks();
    private final RestoreContext context = new RestoreContext(
            "unit",
            new EventLoop("unit", Thread::new, Ticker.system(), new ThrottledLog("unit", Ticker.system())),
            run.callbacks,
            Runnable::run,
            new PathSpace("", ""),
            RestorePolicy.defaults(),
            new DefaultACLProvider(),
            new ThrottledLog("unit", Ticker.system()),
            Duration.ofSeconds(1),
            1 << 20);
    private final WatchProblems refusals = new WatchProblems();
    private final WatchLedger ledger =
            new WatchLedger(context, new ArmedCount(), refusals, new BulkRearming.Limits(64, 8));

    @Test
    void showsTwentyAtMost_andTheOthersWhenThoseAreGone() {
        List<WatchEntry> entries = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            WatchEntry entry = new NodeEntry(ledger, "/n" + i);
            entries.add(entry);
            refusals.put(entry, entry.describe());
        }

        assertThat(refusals.shown()).hasSize(20).contains("node watch on /n0");
        entries.subList(0, 10).forEach(refusals::remove);
        assertThat(refusals.shown()).hasSize(15).contains("node watch on /n24");
    }

    @Test
    void showsNone_whenAllAreForgotten() {
        refusals.put(new NodeEntry(ledger, "/n"), "refused");

        refusals.clear();

        assertThat(refusals.shown()).isEmpty();
    }
}
