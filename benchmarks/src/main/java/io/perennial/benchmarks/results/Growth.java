package io.perennial.benchmarks.results;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * How a figure grows with the number of items: the exponent {@code k} of {@code figure = c * items^k}, fitted by least
 * squares to the logarithms. 0 is constant, 1 is in proportion, 2 is each item with each other.
 */
final class Growth {
    private Growth() {}

    /** Empty with fewer than two sizes, or when a figure has no logarithm. */
    static OptionalDouble exponent(Map<Integer, Double> figureBySize) {
        if (figureBySize.size() < 2
                || figureBySize.entrySet().stream().anyMatch(each -> each.getKey() <= 0 || each.getValue() <= 0)) {
            return OptionalDouble.empty();
        }
        double meanX =
                figureBySize.keySet().stream().mapToDouble(Math::log).average().orElseThrow();
        double meanY =
                figureBySize.values().stream().mapToDouble(Math::log).average().orElseThrow();
        double along = 0;
        double square = 0;
        for (Map.Entry<Integer, Double> each : figureBySize.entrySet()) {
            double x = Math.log(each.getKey()) - meanX;
            along += x * (Math.log(each.getValue()) - meanY);
            square += x * x;
        }
        return OptionalDouble.of(along / square);
    }
}
