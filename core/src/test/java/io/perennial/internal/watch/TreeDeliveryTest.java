package io.perennial.internal.watch;

import static io.perennial.internal.watch.StatBuilder.stat;
import static io.perennial.watch.TreeChange.Kind.CHANGED;
import static io.perennial.watch.TreeChange.Kind.CREATED;
import static io.perennial.watch.TreeChange.Kind.DELETED;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.watch.TreeChange;
import io.perennial.watch.TreeChange.Kind;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TreeDeliveryTest {
    private final ManualCallbacks run = new ManualCallbacks();
    private final WatchHandle watch = run.watch("/t");
    private final Recorder<TreeChange> heard = new Recorder<>();
    private final TreeDelivery delivery = new TreeDelivery(watch, run.callbacks, heard);
    private long zxid = 100;

    @Test
    void mergesIntoCreation_whenChangedBeforeItWasTold() {
        offer(CREATED, "/t");
        offer(CHANGED, "/t");

        assertThat(told()).containsExactly("CREATED /t");
        assertThat(heard.last().stat().getMzxid()).isEqualTo(zxid);
    }

    @Test
    void tellsNothing_whenCreatedAndDeletedBeforeItWasTold() {
        offer(CREATED, "/t/a");
        offer(DELETED, "/t/a");

        assertThat(told()).isEmpty();
    }

    @Test
    void tellsDeletion_whenChangedBefore() {
        offer(CHANGED, "/t/a");
        offer(CHANGED, "/t/a");
        offer(DELETED, "/t/a");

        assertThat(told()).containsExactly("DELETED /t/a");
    }

    @Test
    void tellsDeletionAndCreation_childrenBeforeParents_thenParentsBeforeChildren() {
        offer(CHANGED, "/t/a");
        offer(DELETED, "/t/a/b");
        offer(DELETED, "/t/a");
        offer(CREATED, "/t/a");
        offer(CREATED, "/t/a/b");
        offer(CHANGED, "/t/a");

        assertThat(told()).containsExactly("DELETED /t/a/b", "DELETED /t/a", "CREATED /t/a", "CREATED /t/a/b");
    }

    @Test
    void tellsOneDeletion_whenRecreatedAndDeletedAgain() {
        offer(DELETED, "/t/a");
        offer(CREATED, "/t/a");
        offer(DELETED, "/t/a");

        assertThat(told()).containsExactly("DELETED /t/a");
    }

    @Test
    void tellsWhileAway_whenOneOfTheMergedWas() {
        delivery.offer(new TreeChange("/t", CHANGED, stat(1, 2), true, 1));
        delivery.offer(new TreeChange("/t", CHANGED, stat(1, 3), false, 2));
        told();

        assertThat(heard.last().whileAway()).isTrue();
        assertThat(heard.last().generation()).isEqualTo(2);
    }

    @Test
    void tellsNotOfBeingAway_whenNoneOfTheMergedWas() {
        offer(CHANGED, "/t");
        offer(CHANGED, "/t");
        told();

        assertThat(heard.last().whileAway()).isFalse();
    }

    @Test
    @Tag("W2")
    void tellsNothingMore_afterClose() {
        offer(CREATED, "/t");
        offer(CREATED, "/t/a");
        watch.close();

        assertThat(told()).isEmpty();
    }

    @Test
    @Tag("W2")
    void tellsNothingMore_whenItIsClosedWithinTheListener() {
        TreeDelivery closing = new TreeDelivery(watch, run.callbacks, change -> {
            heard.accept(change);
            watch.close();
        });
        closing.offer(new TreeChange("/t", CREATED, stat(1, 1), false, 1));
        closing.offer(new TreeChange("/t/a", CREATED, stat(2, 2), false, 1));

        assertThat(told()).containsExactly("CREATED /t");
    }

    @Test
    void tellsTheRest_whenListenerThrows() {
        TreeDelivery throwing = new TreeDelivery(watch, run.callbacks, change -> {
            heard.accept(change);
            throw new IllegalStateException("on purpose");
        });
        throwing.offer(new TreeChange("/t", CREATED, stat(1, 1), false, 1));
        throwing.offer(new TreeChange("/t/a", CREATED, stat(2, 2), false, 1));

        assertThat(told()).containsExactly("CREATED /t", "CREATED /t/a");
    }

    @Test
    void tellsAllThatWasReadBefore_whatTheSessionTellsAfterIt() {
        offer(CREATED, "/t");
        offer(CREATED, "/t/a");
        offer(CREATED, "/t/b");
        var heardBeforeConnected = new AtomicInteger(-1);
        run.callbacks.submit("session listener", () -> heardBeforeConnected.set(heard.count()));

        assertThat(told()).hasSize(3);
        assertThat(heardBeforeConnected).hasValue(3);
    }

    private void offer(Kind kind, String path) {
        zxid++;
        delivery.offer(new TreeChange(path, kind, kind == DELETED ? null : stat(1, zxid), false, 1));
    }

    private List<String> told() {
        run.runAll();
        return heard.heard().stream()
                .map(change -> change.kind() + " " + change.path())
                .toList();
    }
}
