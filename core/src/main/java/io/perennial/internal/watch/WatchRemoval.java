package io.perennial.internal.watch;

import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.AttachedSession;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.Watcher.WatcherType;
import org.jspecify.annotations.Nullable;

/**
 * Removes what closed watches leave behind, in the client and at the server (S-31), a moment later and in bulk.
 *
 * <p>ZooKeeper keeps watchers in the client, any number on a path, and at the server one watch per connection, path and
 * kind. {@code removeWatches} removes one watcher from the client and leaves the server's watch in place; {@code
 * removeAllWatches} removes the server's watch, and with it every watcher that the client has there, whoever registered
 * it. So the first is sent for each closed watch; and when it is answered, the second for those paths on which no
 * watcher of the application or of another part of this library is left. The delay lets others that take over a path
 * arm their own watcher first. With a handle that cannot tell what is left on a path (one from the application's own
 * factory) the server's watch stays until it fires or the connection ends.
 *
 * <p>Confined to the event loop.
 */
final class WatchRemoval {
    private static final Duration DELAY = Duration.ofSeconds(1);

    private final WatchLedger ledger;
    private final Set<Target> targets = new LinkedHashSet<>();
    /** Of the batch under way: those whose answer never came. */
    private final Set<Target> leftInTheClient = new HashSet<>();

    private EventLoop.@Nullable Timer timer;
    private int unanswered;

    private record Target(WatchKind kind, String path) {
        /** Written out for the reason given at {@link Version#equals}. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Target that && kind == that.kind && path.equals(that.path);
        }

        @Override
        public int hashCode() {
            return Objects.hash(kind, path);
        }
    }

    WatchRemoval(WatchLedger ledger) {
        this.ledger = ledger;
    }

    /** The last watch of a kind on a path was closed. */
    void add(WatchKind kind, String path) {
        Target target = new Target(kind, path);
        targets.add(target);
        if (!isHeldBack(target)) {
            schedule();
        }
    }

    /** Goes on after an interruption. */
    void resume() {
        schedule();
    }

    /** Answers under way will not come. */
    void interrupted() {
        unanswered = 0;
        leftInTheClient.clear();
        cancelTimer();
    }

    /** Nothing is left behind on a new handle. */
    void clear() {
        targets.clear();
        interrupted();
    }

    /** Where a tree's watch may still be armed, in the client and so, after each reconnecting, at the server. */
    List<String> trees() {
        return targets.stream()
                .filter(target -> target.kind == WatchKind.TREE)
                .map(Target::path)
                .toList();
    }

    private void schedule() {
        if (timer == null && unanswered == 0 && !targets.isEmpty() && ledger.live() != null) {
            timer = ledger.context().loop().schedule(DELAY, this::sweep);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void sweep() {
        timer = null;
        AttachedSession live = ledger.live();
        targets.removeIf(this::isWatchedAgain);
        List<Target> batch =
                targets.stream().filter(target -> !isHeldBack(target)).toList();
        if (live == null || batch.isEmpty()) {
            return;
        }
        unanswered = batch.size();
        for (Target target : batch) {
            live.requests()
                    .removeWatches(
                            target.path,
                            ledger.watcher(target.kind),
                            WatcherType.Any,
                            reply -> answered(live, batch, target, reply));
        }
    }

    private void answered(AttachedSession live, List<Target> batch, Target target, Reply reply) {
        if (ErrorKind.of(reply.code()) != ErrorKind.ANSWER) {
            leftInTheClient.add(target); // It is armed again with the next connection, and must be removed there.
        }
        unanswered--;
        if (unanswered == 0) {
            forgotten(live, batch);
        }
    }

    private void forgotten(AttachedSession live, List<Target> batch) {
        Map<WatcherType, Optional<Set<String>>> others = new EnumMap<>(WatcherType.class);
        for (Target target : batch) {
            if (leftInTheClient.remove(target) || isHeldBack(target)) {
                continue;
            }
            if (!isWatchedAgain(target)) {
                target.kind.serverTypes().forEach(type -> disarm(live.requests(), target.path, type, others));
            }
            targets.remove(target);
        }
        schedule();
    }

    private static void disarm(
            Requests requests, String path, WatcherType type, Map<WatcherType, Optional<Set<String>>> others) {
        Optional<Set<String>> watched = others.computeIfAbsent(type, requests::watchedPaths);
        if (watched.isPresent() && !watched.get().contains(path)) {
            requests.removeAllWatches(path, type, reply -> {});
        }
    }

    private boolean isWatchedAgain(Target target) {
        return ledger.isWatched(target.kind, target.path);
    }

    /**
     * Until the tree rooted there is closed, which adds a target for itself: a server before 3.9 has the tree's watch
     * alone, and would remove that (W3).
     */
    private boolean isHeldBack(Target target) {
        return target.kind != WatchKind.TREE && ledger.isWatched(WatchKind.TREE, target.path);
    }
}
