package io.perennial.internal.watch;

import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.AttachedSession;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A node or its children, watched by one-shot watches: a read arms the next, in one request; on an absent node {@code
 * exists} does. All watches of a kind on a path share one entry.
 *
 * <p>Concurrency: confined to the loop. Events and answers come in the server's order: an event that arrives before the
 * answer to a read was caused before that read was served, so the answer covers it and the watch that it arms is still
 * there. Hence one read in flight is enough, whatever happens meanwhile.
 */
abstract class OneShotEntry<S extends WatchedSnapshot> extends WatchEntry {
    private final List<Delivery<S>> deliveries = new ArrayList<>(1);
    private @Nullable Version known;
    private boolean expectedAbsent;
    private boolean reading;
    /** What the read under way arms, or leaves to a tree's watch, is no longer armed. */
    private boolean again;
    /** Left to {@link BulkRearming}: neither read nor reported on this connection so far. */
    private boolean inBulk;
    /** The number of the connection on which it was last found to be as it is known. */
    private int knownOn;

    private boolean away;
    private int olderReads;

    OneShotEntry(WatchLedger ledger, WatchKind kind, String path) {
        super(ledger, kind, path);
    }

    abstract void readAndArm(Requests requests, @Nullable Watcher watcher, Consumer<Reply> answer);

    abstract S found(Reply reply);

    abstract S absent();

    abstract Version versionOf(Stat stat);

    /** The transaction that changed it last, as far as is known; 0 when there is none. */
    long lastChange() {
        return known == null || !known.exists() ? 0 : known.zxid();
    }

    /** Whether it has been read, and everybody was told. */
    boolean isKnown() {
        return known != null && !isClosed() && deliveries.stream().allMatch(Delivery::hasBeenOffered);
    }

    /** Whether nothing was there when it was last read. */
    boolean isKnownAbsent() {
        return known != null && !known.exists();
    }

    /** Whether what is found now is what was last read. */
    boolean isUnchanged(Stat now) {
        return known != null && versionOf(now).isOfSameChange(known);
    }

    /** Whether a time tells its version from another ensemble's: the root, and so its children's, has none. */
    boolean isDated() {
        return kind() == WatchKind.NODE || (known != null && known.czxid() > 0);
    }

    /** Adds a listener. It gets its initial state from its own read: nothing is kept here but versions. */
    void add(Delivery<S> delivery) {
        deliveries.add(delivery);
        ledger().unresolved(this);
        read();
    }

    /** Removes a listener; returns whether it was the last. */
    boolean remove(WatchHandle watch) {
        deliveries.removeIf(delivery -> delivery.watch() == watch);
        return deliveries.isEmpty();
    }

    /**
     * The watch has fired. On reconnecting, the client arms its one-shot watches and asks for what it missed before the
     * session synchronises, so the catch-up comes before the attachment, which then finds the entry unresolved.
     */
    void happened(EventType type) {
        expectedAbsent = type == EventType.NodeDeleted;
        boolean wasMissed = inBulk;
        unarmed();
        if (wasMissed) {
            ledger().readNow(this);
        } else {
            read();
        }
    }

    @Override
    void read() {
        inBulk = false;
        if (live() != null && !reading) {
            reading = true;
            ask();
        }
    }

    /** A different watch is now the one that arms: a read under way was sent under the old arrangement. */
    void readAnew() {
        again = reading;
        read();
    }

    /** It has waited until it was known which watch arms. */
    void readIfUnresolved() {
        if (ledger().isUnresolved(this)) {
            read();
        }
    }

    void setInBulk(boolean now) {
        inBulk = now;
    }

    /** Until an event, a listener or a tree makes it be read. */
    @Override
    boolean isInBulk() {
        return inBulk && !isClosed();
    }

    int knownOn() {
        return knownOn;
    }

    /** In bulk: nothing has changed. */
    void rearmed() {
        inBulk = false;
        foundAsKnown();
    }

    private void foundAsKnown() {
        knownOn = ledger().connections();
        away = false;
        armed();
    }

    @Override
    void wasAway() {
        away = true;
        olderReads = 0;
    }

    @Override
    void interrupted() {
        inBulk = false;
        reading = false;
        again = false;
    }

    @Override
    void eachWatch(Consumer<WatchHandle> action) {
        for (Delivery<S> delivery : deliveries) {
            action.accept(delivery.watch());
        }
    }

    private void ask() {
        AttachedSession live = live();
        if (live == null || isClosed()) {
            return;
        }
        if (ledger().shared().isUndecided(path())) {
            reading = false; // it is read again when that is decided
            return;
        }
        Watcher watcher = ledger().shared().isCovered(path()) ? null : watcher();
        if (expectedAbsent) {
            live.requests().exists(path(), watcher, this::existence);
        } else {
            readAndArm(live.requests(), watcher, this::contents);
        }
    }

    private void contents(Reply reply) {
        if (reply.ok()) {
            arrived(found(reply));
        } else if (reply.code() == Code.NONODE) {
            expectedAbsent = true;
            ask();
        } else {
            failed(reply);
        }
    }

    private void existence(Reply reply) {
        if (reply.code() == Code.NONODE) {
            arrived(absent());
        } else if (reply.ok()) {
            expectedAbsent = false;
            ask();
        } else {
            failed(reply);
        }
    }

    private void failed(Reply reply) {
        interrupted();
        if (!reply.connectionTrouble() && !isClosed()) {
            refused(reply);
        }
    }

    private void arrived(S state) {
        AttachedSession live = live();
        if (live == null || isClosed()) {
            return;
        }
        if (again) {
            again = false;
            ask();
            return;
        }
        reading = false;
        Version version = state.version();
        if (isDoubtful(version)) {
            ledger().context().loop().schedule(StaleReadRetry.delay(olderReads), this::readIfUnresolved);
            return;
        }
        olderReads = 0;
        boolean changed = !version.equals(known);
        known = version;
        for (Delivery<S> delivery : deliveries) {
            if (changed || !delivery.hasBeenOffered()) {
                delivery.offer(state, away, live.generation());
            }
        }
        foundAsKnown();
    }

    private boolean isDoubtful(Version version) {
        if (known == null || !version.isBefore(known)) {
            return false;
        }
        olderReads++;
        return olderReads <= StaleReadRetry.MAX_READS;
    }
}
