package io.perennial.samples.incident;

import java.util.ArrayList;
import java.util.List;

/**
 * From values to places on paper.
 *
 * @param from the value at {@code start}
 * @param to the value at {@code end}
 * @param start a coordinate
 * @param end a coordinate, which may be less
 */
record Scale(double from, double to, double start, double end) {

    double at(double value) {
        return start + (value - from) / (to - from) * (end - start);
    }

    /** From zero to the first round number that leaves some space above {@code max}. */
    static Scale upTo(double max, double start, double end) {
        double wanted = Math.max(1, max * 1.05);
        double step = step(wanted, 4);
        return new Scale(0, Math.ceil(wanted / step) * step, start, end);
    }

    /** Round whole numbers from zero on, {@code most} steps at most. */
    List<Double> ticks(int most) {
        double step = step(to, most);
        List<Double> ticks = new ArrayList<>();
        for (double tick = 0; tick <= to; tick += step) {
            ticks.add(tick);
        }
        return ticks;
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double step(double range, int most) {
        for (double power = 1; ; power *= 10) {
            for (int factor : new int[] {1, 2, 5}) {
                if (range / (factor * power) <= most) {
                    return factor * power;
                }
            }
        }
    }
}
