package io.perennial.internal.lease;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How long this JVM's garbage collectors have paused it so far, in milliseconds. What collectors do concurrently with
 * the program has separate beans, which do not count: {@code G1 Concurrent GC}, {@code ZGC Cycles} (and
 * {@code ZGC Major Cycles}), {@code Shenandoah Cycles}.
 */
public final class GcPauseTime implements LongSupplier {
    private final List<GarbageCollectorMXBean> collectors = collectors();

    private static List<GarbageCollectorMXBean> collectors() {
        try {
            return ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .filter(collector -> stopsTheProgram(collector.getName()))
                    .toList();
        } catch (LinkageError e) {
            return List.of(); // A run-time image without java.management
        }
    }

    static boolean stopsTheProgram(String collector) {
        return !collector.endsWith("Cycles") && !collector.contains("Concurrent");
    }

    @Override
    public long getAsLong() {
        long millis = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            millis += Math.max(0, collector.getCollectionTime()); // -1: not known
        }
        return millis;
    }
}
