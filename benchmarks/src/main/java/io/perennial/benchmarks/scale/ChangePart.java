package io.perennial.benchmarks.scale;

import static io.perennial.benchmarks.scale.Table.number;
import static io.perennial.benchmarks.scale.Table.percent;
import static io.perennial.benchmarks.scale.Table.time;

import java.util.ArrayList;
import java.util.List;

/** A node of 1 KiB changes that many clients watch. */
final class ChangePart {
    private static final int BYTES = 1_024;
    private static final double[] PARTS = {0.01, 0.1, 1};

    private ChangePart() {}

    static void write(Page page) {
        var table = new Table(
                "clients",
                "watch it",
                "servers",
                "last one told",
                "median has read it",
                "last has read it",
                "commits stop");
        var chart = new Chart(
                "A change that many watch: the last has read it, three servers",
                Chart.Axis.logarithmic("clients", 10, 100, 1_000, 10_000, 100_000, 1_000_000),
                Chart.Axis.logarithmic("seconds", 0.001, 0.01, 0.1, 1, 10, 100));
        for (double part : PARTS) {
            List<double[]> points = new ArrayList<>();
            for (int clients : ScaleReport.SIZES) {
                Change.Outcome outcome = row(table, clients, part, Deployment.of(3, 0, 1));
                points.add(new double[] {clients, Nanos.seconds(outcome.read().last())});
            }
            chart.line(percent(part) + " of them watch", points);
        }
        row(table, 100_000, 1, Deployment.of(5, 0, 1));
        row(table, 1_000_000, 1, Deployment.of(5, 20, 1));
        row(table, 1_000_000, 1, Deployment.of(5, 0, 10));
        page.draw("change", chart);
        page.write("change", table.toString());
    }

    private static Change.Outcome row(Table table, int clients, double part, Deployment deployment) {
        int watchers = (int) Math.max(1, part * clients / deployment.ensembles());
        Change.Outcome outcome = Change.run(deployment, watchers, BYTES, 1);
        table.row(
                number(clients),
                percent(part),
                deployment.name(),
                time(outcome.told().last()),
                time(outcome.read().median()),
                time(outcome.read().last()),
                time(outcome.stopped()));
        return outcome;
    }
}
