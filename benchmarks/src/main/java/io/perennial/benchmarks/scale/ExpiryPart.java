package io.perennial.benchmarks.scale;

import static io.perennial.benchmarks.scale.Table.number;
import static io.perennial.benchmarks.scale.Table.percent;
import static io.perennial.benchmarks.scale.Table.time;

import java.util.ArrayList;
import java.util.List;

/** All sessions have expired; all clients come back with 10 nodes and 10 watches each. */
final class ExpiryPart {
    private static final long TIMEOUT = 30 * Nanos.SECOND;
    private static final long OUTAGE = 2 * Nanos.SECOND;
    private static final int DRAWN = 100_000;

    private static final Restoring BATCHED =
            Restoring.of(Restoring.Requests.BATCHED).with("batched", 0, 0);
    private static final Restoring BULK = Restoring.of(Restoring.Requests.BULK).with("in bulk", 0, 0);
    private static final Restoring SINGLE =
            Restoring.of(Restoring.Requests.SINGLE).with("one request each", 0, 0);
    private static final Restoring JITTER = BATCHED.with("batched, jitter of 30 s", 30 * Nanos.SECOND, 0);
    private static final Restoring RATE = BATCHED.with("batched, 10 a second", 0, 10);
    private static final Restoring BOTH = BULK.with("in bulk, jitter of 30 s", 30 * Nanos.SECOND, 0);

    private ExpiryPart() {}

    static void write(Page page) {
        var table = new Table(
                "restored",
                "clients",
                "servers",
                "restored: median",
                "99 %",
                "last",
                "longest wait at the leader",
                "SYNs dropped");
        var chart = new Chart(
                "100,000 clients after a mass expiry, three servers",
                Chart.Axis.linear("seconds since the servers are back", 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50),
                Chart.Axis.linear("per cent restored", 0, 20, 40, 60, 80, 100));
        Deployment three = Deployment.of(3, 0, 1);
        for (Restoring how : List.of(SINGLE, BATCHED, BULK, RATE, JITTER, BOTH)) {
            for (int clients : List.of(10, 1_000, 100_000)) {
                Reconnect.Outcome outcome = row(table, how, clients, three);
                if (clients == DRAWN) {
                    chart.line(title(how), curve(outcome));
                }
            }
        }
        row(table, BOTH, 100_000, Deployment.of(5, 0, 1).withBacklog(4_096));
        row(table, SINGLE, 1_000_000, three);
        row(table, JITTER, 1_000_000, three);
        row(table, BOTH, 1_000_000, Deployment.of(5, 0, 10).withBacklog(4_096));
        page.draw("expiry", chart);
        page.write("expiry", table.toString());
    }

    private static List<double[]> curve(Reconnect.Outcome outcome) {
        List<double[]> points = new ArrayList<>();
        for (int percent = 0; percent <= 100; percent += 2) {
            long time = outcome.restored().quantile(percent / 100.0);
            points.add(new double[] {
                Nanos.seconds(time), percent * outcome.restored().size() / (double) DRAWN
            });
        }
        return points;
    }

    private static String title(Restoring how) {
        return (how.requests() == Restoring.Requests.SINGLE ? "bare client, " : "Perennial, ") + how.title();
    }

    private static Reconnect.Outcome row(Table table, Restoring how, int clients, Deployment deployment) {
        Reconnecting way = how.requests() == Restoring.Requests.SINGLE ? Reconnecting.BARE : Reconnecting.PACED;
        int here = clients / deployment.ensembles();
        Reconnect.Outcome outcome =
                Reconnect.run(deployment, here, way, Reconnect.Cause.MASS_EXPIRY, TIMEOUT, OUTAGE, 0, how, 1);
        int restored = outcome.restored().size();
        boolean all = restored == here;
        table.row(
                title(how),
                number(clients),
                deployment.name(),
                2 * restored > here ? time(outcome.restored().quantile(here / 2.0 / restored)) : "later",
                all ? time(outcome.restored().quantile(0.99)) : "",
                all
                        ? time(outcome.restored().last())
                        : percent((double) restored / here) + " after " + time(outcome.end()),
                time(outcome.longestWait()),
                number(outcome.dropped()));
        return outcome;
    }
}
