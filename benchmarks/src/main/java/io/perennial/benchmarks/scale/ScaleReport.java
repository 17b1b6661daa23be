package io.perennial.benchmarks.scale;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the model for 10 to a million clients and writes the tables and pictures of {@code docs/scale.md}. The same
 * seeds give the same page. It takes some minutes, most of them for the million.
 */
public final class ScaleReport {
    static final int[] SIZES = {10, 1_000, 100_000, 1_000_000};

    private ScaleReport() {}

    /**
     * Writes the page.
     *
     * @param args the folder of the page, {@code docs} unless given, then the parts to write; all unless given
     */
    public static void main(String[] args) {
        var page = new Page(Path.of(args.length > 0 ? args[0] : "docs"));
        Map<String, Runnable> parts = new TreeMap<>(Map.of(
                "constants", () -> ModelPart.constants(page),
                "validation", () -> ModelPart.validation(page),
                "rest", () -> RestPart.write(page),
                "reconnect", () -> ReconnectPart.write(page),
                "restart", () -> ReconnectPart.restart(page),
                "expiry", () -> ExpiryPart.write(page),
                "change", () -> ChangePart.write(page),
                "memory", () -> ModelPart.memory(page)));
        List<String> wanted = args.length > 1 ? List.of(args).subList(1, args.length) : List.copyOf(parts.keySet());
        for (String part : wanted) {
            Runnable write = parts.get(part);
            if (write == null) {
                throw new IllegalArgumentException("no part '" + part + "'; there are " + parts.keySet());
            }
            write.run();
        }
    }
}
