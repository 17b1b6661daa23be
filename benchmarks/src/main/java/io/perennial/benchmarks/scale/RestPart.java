package io.perennial.benchmarks.scale;

import static io.perennial.benchmarks.scale.Table.decimal;
import static io.perennial.benchmarks.scale.Table.number;
import static io.perennial.benchmarks.scale.Table.percent;
import static io.perennial.benchmarks.scale.Table.time;

import java.util.ArrayList;
import java.util.List;

/** Heartbeats at rest. */
final class RestPart {
    private static final long TIMEOUT = 30 * Nanos.SECOND;

    private RestPart() {}

    static void write(Page page) {
        var table = new Table(
                "heartbeats, T = 30 s",
                "clients",
                "servers",
                "a second, at the leader",
                "leader's request thread",
                "leader's cores",
                "another's cores",
                "answered in: median",
                "99 %");
        var chart = new Chart(
                "Heartbeats: load of the leader's request thread, three servers",
                Chart.Axis.logarithmic("clients", 10, 100, 1_000, 10_000, 100_000, 1_000_000),
                Chart.Axis.logarithmic("per cent", 0.001, 0.01, 0.1, 1, 10, 100, 1_000));
        for (Rest.Beat beat : Rest.Beat.values()) {
            List<double[]> points = new ArrayList<>();
            for (int clients : ScaleReport.SIZES) {
                Rest.Outcome outcome = row(table, beat, clients, Deployment.of(3, 0, 1));
                points.add(new double[] {clients, 100 * outcome.leaderThread()});
            }
            if (beat != Rest.Beat.PING) {
                chart.line(beat.title(), points);
            }
        }
        row(table, Rest.Beat.SYNC, 100_000, Deployment.of(5, 0, 1));
        row(table, Rest.Beat.PING, 1_000_000, Deployment.of(5, 20, 1));
        row(table, Rest.Beat.SYNC, 1_000_000, Deployment.of(5, 20, 1));
        row(table, Rest.Beat.SYNC, 1_000_000, Deployment.of(5, 0, 10));
        page.draw("rest", chart);
        page.write("rest", table.toString());
    }

    private static Rest.Outcome row(Table table, Rest.Beat beat, int clients, Deployment deployment) {
        Rest.Outcome outcome = Rest.run(deployment, clients / deployment.ensembles(), beat, TIMEOUT, 1);
        table.row(
                beat.title(),
                number(clients),
                deployment.name(),
                decimal(outcome.atLeader()),
                percent(outcome.leaderThread()),
                decimal(outcome.leaderCores()),
                decimal(outcome.serverCores()),
                time(outcome.answers().median()),
                time(outcome.answers().quantile(0.99)));
        return outcome;
    }
}
