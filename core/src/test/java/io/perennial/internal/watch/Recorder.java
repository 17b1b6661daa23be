package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A listener that remembers what it heard. */
final class Recorder<T> implements Consumer<T> {
    private final List<T> heard = new CopyOnWriteArrayList<>();

    @Override
    public void accept(T change) {
        heard.add(change);
    }

    List<T> heard() {
        return List.copyOf(heard);
    }

    int count() {
        return heard.size();
    }

    T last() {
        assertThat(heard).isNotEmpty();
        return heard.get(heard.size() - 1);
    }

    void forget() {
        heard.clear();
    }
}
