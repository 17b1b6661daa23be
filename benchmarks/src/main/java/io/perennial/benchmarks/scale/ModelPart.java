package io.perennial.benchmarks.scale;

import static io.perennial.benchmarks.scale.Table.decimal;
import static io.perennial.benchmarks.scale.Table.number;

/** The parts of the page about the model itself: constants, validation, memory. */
final class ModelPart {
    private static final int SESSION = 3_172;
    private static final int NODE = 996;
    private static final int WATCH = 278;

    private ModelPart() {}

    static void constants(Page page) {
        var table = new StringBuilder("| what | us | measured as |\n|---|---:|---|\n");
        for (Constant constant : Constant.values()) {
            table.append(
                    "| %s | %s | %s |%n".formatted(constant.what(), decimal(constant.micros()), constant.source()));
        }
        page.write("constants", table.toString());
    }

    static void validation(Page page) {
        var table = new Table("server restarted", "clients", "down", "measured: median, last", "model", "off by");
        for (Validation.Row row : Validation.MEASURED) {
            Validation.Row modelled = Validation.modelled(row);
            table.row(
                    row.way().title(),
                    number(row.clients()),
                    number(Math.abs(row.down())) + " ms" + (row.down() < 0 ? " (chosen)" : ""),
                    pair(row.median(), row.last()),
                    pair(modelled.median(), row.last() == 0 ? 0 : modelled.last()),
                    off(row.median(), modelled.median())
                            + (row.last() == 0 ? "" : ", " + off(row.last(), modelled.last())));
        }
        var others = new Table("one client, warm server", "measured, bare", "model", "off by");
        others.row(
                "10,000 nodes created in batches",
                "65 ms",
                Validation.creates(10_000) + " ms",
                off(65, Validation.creates(10_000)));
        others.row(
                "10,000 watches armed by reading",
                "524 ms",
                Validation.reads(10_000) + " ms",
                off(524, Validation.reads(10_000)));
        page.write("validation", table + "\n" + others);
    }

    private static String pair(long median, long last) {
        return number(median) + (last == 0 ? " ms" : ", " + number(last) + " ms");
    }

    private static String off(long measured, long modelled) {
        return "%+d %%".formatted(Math.round(100.0 * (modelled - measured) / measured));
    }

    static void memory(Page page) {
        var table = new Table(
                "clients", "sessions and connections", "10 nodes each", "10 watches each, and one on each node", "sum");
        for (int clients : ScaleReport.SIZES) {
            double sessions = mebibytes((double) clients * SESSION);
            double nodes = mebibytes(10.0 * clients * NODE);
            double watches = mebibytes(20.0 * clients * WATCH);
            table.row(number(clients), size(sessions), size(nodes), size(watches), size(sessions + nodes + watches));
        }
        page.write("memory", table.toString());
    }

    private static double mebibytes(double bytes) {
        return bytes / (1 << 20);
    }

    private static String size(double mebibytes) {
        return mebibytes < 1_024 ? decimal(mebibytes) + " MiB" : decimal(mebibytes / 1_024) + " GiB";
    }
}
