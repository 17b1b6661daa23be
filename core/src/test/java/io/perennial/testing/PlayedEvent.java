package io.perennial.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * What happens in a random play, with an amount below 1,000, and whether something else happens before anybody takes
 * notice.
 */
public record PlayedEvent<H>(H what, int amount, boolean unnoticed) {
    private static final int MOST_AMOUNT = 1_000;

    /** The random ones of that seed. */
    public static <H> List<PlayedEvent<H>> of(long seed, int length, Function<SplittableRandom, H> any) {
        var random = new SplittableRandom(seed);
        var events = new ArrayList<PlayedEvent<H>>(length);
        for (int i = 0; i < length; i++) {
            events.add(new PlayedEvent<>(any.apply(random), random.nextInt(MOST_AMOUNT), random.nextInt(3) == 0));
        }
        return events;
    }

    @Override
    public String toString() {
        return what + " " + amount + (unnoticed ? ", unnoticed" : "");
    }
}
