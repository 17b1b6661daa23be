package io.perennial.soak.check;

import java.util.List;

/** The times in which the servers' data were replaced, so that writes from before may be undone. */
final class Gaps {
    private final List<Epoch> epochs;

    Gaps(List<Epoch> epochs) {
        this.epochs = List.copyOf(epochs);
    }

    /** Whether one of them touches this time. */
    boolean touch(long fromNanos, long toNanos) {
        for (int i = 0; i + 1 < epochs.size(); i++) {
            if (epochs.get(i).endsWithin(fromNanos, toNanos, epochs.get(i + 1))) {
                return true;
            }
        }
        return false;
    }

    List<Epoch> epochs() {
        return epochs;
    }
}
