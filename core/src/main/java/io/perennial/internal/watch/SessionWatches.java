package io.perennial.internal.watch;

import io.perennial.ResilientSessionException;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.Restorable;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.operation.SessionClosedException;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import io.perennial.watch.Watches;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The watches of one session. Internal to the library: the session makes it, applications get it as {@link Watches}.
 */
public final class SessionWatches implements Watches, Restorable {
    /** Few are read sooner than it is known whether they can be armed together. */
    private static final BulkRearming.Limits BULK = new BulkRearming.Limits(64, 8);

    private final RestoreContext context;
    private final ArmedCount standing = new ArmedCount();
    private final WatchProblems refusals = new WatchProblems();
    private final WatchLedger ledger;
    private final AtomicInteger wanted = new AtomicInteger();

    private volatile @Nullable ResilientSessionException closed;

    /**
     * Makes it, with nothing watched.
     *
     * @param context what it may use of its session
     */
    public SessionWatches(RestoreContext context) {
        this(context, BULK);
    }

    SessionWatches(RestoreContext context, BulkRearming.Limits bulkLimits) {
        this.context = context;
        this.ledger = new WatchLedger(context, standing, refusals, bulkLimits);
    }

    @Override
    public Watch node(String path, Consumer<NodeChange> listener) {
        checkListener(listener);
        return register(
                WatchKind.NODE, path, watch -> new NodeDelivery(watch, context.callbacks(), listener), ledger::addNode);
    }

    @Override
    public Watch children(String path, Consumer<ChildrenChange> listener) {
        checkListener(listener);
        return register(
                WatchKind.CHILDREN,
                path,
                watch -> new ChildrenDelivery(watch, context.callbacks(), listener),
                ledger::addChildren);
    }

    @Override
    public Watch tree(String path, Consumer<TreeChange> listener) {
        checkListener(listener);
        return register(
                WatchKind.TREE, path, watch -> new TreeDelivery(watch, context.callbacks(), listener), ledger::addTree);
    }

    @Override
    public void attached(AttachedSession live, Attachment how, Runnable restored) {
        ledger.attached(live, how, restored);
    }

    @Override
    public void detached() {
        ledger.detached();
    }

    /** Nothing more to do than in {@link #detached()}: the next attachment says what is left to rely on. */
    @Override
    public void lost() {}

    @Override
    public void closed(ResilientSessionException reason) {
        closed = reason;
        ledger.closed(reason);
    }

    @Override
    public int wanted() {
        return wanted.get();
    }

    @Override
    public int standing() {
        return standing.count();
    }

    @Override
    public List<String> problems() {
        return refusals.shown();
    }

    private <D> Watch register(
            WatchKind kind, String path, Function<WatchHandle, D> newDelivery, BiConsumer<String, D> add) {
        String serverPath = context.paths().toServer("path", path);
        WatchHandle watch = new WatchHandle(
                path, standing, context.completions(), closing -> unregister(kind, serverPath, closing));
        D delivery = newDelivery.apply(watch);
        wanted.incrementAndGet();
        if (closed != null || !context.loop().offer(() -> add.accept(serverPath, delivery))) {
            wanted.decrementAndGet();
            throw new SessionClosedException(
                    "session '" + context.name() + "' is closed, so there can be no " + kind + " on " + path
                            + "; build and start another session",
                    closed);
        }
        return watch;
    }

    private void unregister(WatchKind kind, String serverPath, WatchHandle watch) {
        wanted.decrementAndGet();
        context.loop().offer(() -> ledger.remove(kind, serverPath, watch));
    }

    private static void checkListener(@Nullable Object listener) {
        if (listener == null) {
            throw new IllegalArgumentException("listener is null; give one that receives changes");
        }
    }
}
