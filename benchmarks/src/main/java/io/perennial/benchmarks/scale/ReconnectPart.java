package io.perennial.benchmarks.scale;

import static io.perennial.benchmarks.scale.Table.number;
import static io.perennial.benchmarks.scale.Table.percent;
import static io.perennial.benchmarks.scale.Table.time;

import java.util.ArrayList;
import java.util.List;

/** All clients reconnect. */
final class ReconnectPart {
    private static final long TIMEOUT = 30 * Nanos.SECOND;
    private static final long ELECTION = Nanos.SECOND / 2;
    private static final long RESTART = 2 * Nanos.SECOND;

    private ReconnectPart() {}

    static void write(Page page) {
        Table table = table("leader changed, 0.5 s");
        var chart = new Chart(
                "A leader change: the last client is back, three servers",
                Chart.Axis.logarithmic("clients", 10, 100, 1_000, 10_000, 100_000, 1_000_000),
                Chart.Axis.logarithmic("seconds from the new leader on", 0.1, 0.3, 1, 3, 10, 30, 100));
        for (Reconnecting way : Reconnecting.values()) {
            List<double[]> points = new ArrayList<>();
            for (int clients : ScaleReport.SIZES) {
                Deployment three = Deployment.of(3, 0, 1);
                Reconnect.Outcome outcome = row(table, way, clients, three, Reconnect.Cause.ELECTION, ELECTION);
                points.add(new double[] {clients, Nanos.seconds(outcome.times().last())});
            }
            chart.line(way.title(), points);
        }
        for (Reconnecting way : List.of(Reconnecting.PACED, Reconnecting.AT_ONCE)) {
            Deployment five = Deployment.of(5, 0, 1).withBacklog(4_096);
            row(table, way, 100_000, five, Reconnect.Cause.ELECTION, ELECTION);
            Deployment ten = Deployment.of(5, 0, 10).withBacklog(4_096);
            row(table, way, 1_000_000, ten, Reconnect.Cause.ELECTION, ELECTION);
        }
        Deployment observed = Deployment.of(5, 20, 1).withBacklog(4_096);
        row(table, Reconnecting.PACED, 1_000_000, observed, Reconnect.Cause.ELECTION, ELECTION);
        page.draw("reconnect", chart);
        page.write("reconnect", table.toString());
    }

    static void restart(Page page) {
        Table table = table("all servers down, 2 s");
        for (Reconnecting way : Reconnecting.values()) {
            for (int clients : List.of(10, 1_000, 100_000)) {
                row(table, way, clients, Deployment.of(3, 0, 1), Reconnect.Cause.RESTART, RESTART);
            }
        }
        page.write("restart", table.toString());
    }

    private static Table table(String what) {
        return new Table(what, "clients", "servers", "median", "99 %", "last", "expired", "SYNs dropped");
    }

    private static Reconnect.Outcome row(
            Table table, Reconnecting way, int clients, Deployment deployment, Reconnect.Cause cause, long outage) {
        int here = clients / deployment.ensembles();
        Reconnect.Outcome outcome = Reconnect.run(
                deployment, here, way, cause, TIMEOUT, outage, 0, Restoring.of(Restoring.Requests.BATCHED), 1);
        boolean all = outcome.times().size() == here;
        table.row(
                way.title(),
                number(clients),
                deployment.name(),
                time(outcome.times().median()),
                time(outcome.times().quantile(0.99)),
                all
                        ? time(outcome.times().last())
                        : percent((double) outcome.times().size() / here) + " after " + time(outcome.end()),
                number(outcome.expired()),
                number(outcome.dropped()));
        return outcome;
    }
}
