package io.perennial.benchmarks.scale;

import java.util.Arrays;

/** Times of many clients, and what they have in common. */
final class Spread {
    private long[] values;
    private int size;
    private boolean sorted = true;

    Spread(int expected) {
        values = new long[Math.max(16, expected)];
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
        sorted = false;
    }

    int size() {
        return size;
    }

    /** The value below which that part of them is; 0 when there is none. */
    long quantile(double part) {
        if (size == 0) {
            return 0;
        }
        if (!sorted) {
            Arrays.sort(values, 0, size);
            sorted = true;
        }
        return values[(int) Math.min(size - 1, Math.ceil(part * size) - (part > 0 ? 1 : 0))];
    }

    long median() {
        return quantile(0.5);
    }

    long last() {
        return quantile(1);
    }
}
