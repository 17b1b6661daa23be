package io.perennial.soak.work;

import io.perennial.operation.Effect;
import java.io.IOException;
import java.util.Random;

/** User code as it occurs in practice: listeners that block, throw anything, and call the session from within. */
final class Unruly {
    private static final int PERCENT = 100;
    private static final int SHORT_MILLIS = 300;
    private static final int LONG_MILLIS = 1_500;

    private final Site site;
    private final Random random;

    Unruly(Site site, long seed) {
        this.site = site;
        this.random = new Random(seed);
    }

    /** To be called at the end of a listener. Behaves while the work is paused. */
    void misbehave() {
        if (!site.churn().isWorking()) {
            return;
        }
        int choice = random.nextInt(PERCENT * 2);
        if (choice < 6) {
            Churn.sleep(random.nextInt(SHORT_MILLIS));
        } else if (choice < 7) {
            Churn.sleep(LONG_MILLIS);
        } else if (choice < 11) {
            throw new IllegalStateException("a listener that fails");
        } else if (choice < 14) {
            Unruly.<RuntimeException>sneak(new IOException("a listener that throws what it does not declare"));
        } else if (choice < 15) {
            throw new AssertionError("a listener that throws an error");
        } else if (choice < 19) {
            reenter();
        }
    }

    private void reenter() {
        site.figures().count("calls from within listeners");
        switch (random.nextInt(3)) {
            case 0 -> {
                Churn.Ticket ticket = site.churn().tryBegin("asynchronous call of a listener of " + site.name());
                if (ticket != null) {
                    ticket.endWith(site.session().operations().callAsync(Effect.READ, curator -> {
                        curator.checkExists().forPath("/");
                        return "";
                    }));
                }
            }
            case 1 -> {
                var unused = site.session().report();
            }
            default -> {
                var unused = site.session().lease().isHeld();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable throwable) throws E {
        throw (E) throwable;
    }
}
