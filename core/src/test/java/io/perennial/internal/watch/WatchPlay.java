package io.perennial.internal.watch;

import io.perennial.internal.restore.Attachment;
import io.perennial.testing.Broken;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.zookeeper.HandZooKeeper;
import org.apache.zookeeper.data.Stat;

/** One random play of all that can happen to watches, on a model of a server's tree. */
final class WatchPlay {
    private static final String[] PATHS = {"/", "/a", "/a/b", "/a/c", "/a/b/d", "/e"};
    private static final int MOST_WATCHES = 8;
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(61);
    /** Of what is in quarantine, which may be as long again until it is free. */
    private static final Duration LONGEST_QUARANTINE = Duration.ofMinutes(7);

    private final List<String> trace;
    private final HandSite site;
    private final ModelTree tree;
    private final List<Listener> open = new ArrayList<>();
    private Broken broken;
    private boolean attached;
    private boolean handle;
    private boolean everPoisoned;
    private boolean backedUp;
    /** The numbers of transactions have been given again. */
    private boolean everPutBack;

    private long generation;

    /** What it is played on. */
    enum Server {
        PRESENT,
        BEFORE_3_9,
        BEFORE_3_6
    }

    /** On a client that has nothing else to do; traces where there is a list to trace to. */
    WatchPlay(Server server, HandZooKeeper client, List<String> trace) {
        this.site = new HandSite(client, "");
        this.tree = new ModelTree(client);
        this.trace = trace;
        tree.step = 16;
        tree.old = server == Server.BEFORE_3_9;
        tree.ancient = server == Server.BEFORE_3_6;
    }

    /** Kept: who calls a listener survives what it throws. */
    private void check(boolean right, String wrong, Object what) {
        if (!right && broken == null) {
            broken = new Broken(wrong + " " + what);
        }
    }

    void play(List<WatchPlayEvent> events) {
        for (WatchPlayEvent event : events) {
            note("== " + event);
            happens(event.what(), event.amount());
            lookAtWatches();
            lookAtErrors();
        }
        endWell();
        site.close();
        check(site.client.asked().isEmpty(), "asks after its end:", site.client.asked());
        check(site.watches.standing() == 0, "stand after the end:", site.watches.standing());
        lookAtErrors();
    }

    private void happens(WatchPlayEvent.What what, int amount) {
        String path = PATHS[amount % PATHS.length];
        switch (what) {
            case CREATE -> tree.create(path);
            case SET -> tree.set(path);
            case DELETE -> tree.delete(path);
            case OPEN -> openOne(path, amount / PATHS.length);
            case CLOSE -> closeOne(amount);
            case CUT -> cut();
            case ATTACH -> attach(amount);
            case DENY -> tree.denied.add(path);
            case ALLOW -> tree.denied.clear();
            case POISON -> everPoisoned |= tree.poisoned.add(path);
            case ANTIDOTE -> tree.poisoned.clear();
            case BACK_UP -> backUp();
            case PUT_BACK -> putBack();
            case TIME -> site.pass(Duration.ofMillis(3L * amount));
            case CALLBACKS -> site.callbacks.runAll();
            case SERVE -> serve();
            case DELIVER -> deliver();
            case EXCHANGE -> exchange();
        }
    }

    private void backUp() {
        tree.backUp();
        backedUp = true;
    }

    /** Nobody is connected then. */
    private void putBack() {
        if (backedUp) {
            cut();
            tree.putBack();
            everPutBack = true;
        }
    }

    private void note(String what) {
        if (trace != null) {
            trace.add(what);
        }
    }

    private boolean serve() {
        if (tree.isPoisoned()) {
            cut();
            return false;
        }
        return tree.serve();
    }

    private boolean deliver() {
        boolean any = tree.deliver();
        site.run();
        if (tree.hungUp) {
            cut();
        }
        return any;
    }

    private void exchange() {
        while (serve() || deliver()) {
            lookAtErrors();
        }
    }

    private void lookAtErrors() {
        check(site.errors.isEmpty(), "an error on the loop:", site.errors);
        if (broken != null) {
            throw broken;
        }
    }

    /** Who is said to be armed hears of the next change. */
    private void lookAtWatches() {
        long armed = open.stream().filter(listener -> listener.watch.isArmed()).count();
        check(site.watches.standing() == armed, "stand, of " + armed + " armed:", site.watches.standing());
        if (tree.isDelivered()) {
            for (Listener listener : open) {
                check(!listener.watch.isArmed() || listener.stands(), "nothing stands at the server for", listener);
            }
        }
    }

    private void openOne(String path, int kind) {
        if (open.size() < MOST_WATCHES) {
            Listener listener =
                    switch (kind % 3) {
                        case 0 -> new NodeListener(path);
                        case 1 -> new ChildrenListener(path);
                        default -> new TreeListener(path);
                    };
            open.add(listener);
            site.run();
        }
    }

    private void closeOne(int which) {
        if (!open.isEmpty()) {
            Listener listener = open.remove(which % open.size());
            listener.closed = true;
            listener.watch.close();
            site.run();
        }
    }

    private void cut() {
        if (attached) {
            attached = false;
            tree.cut();
            site.detach();
            check(site.watches.standing() == 0, "stand without a connection:", site.watches.standing());
        }
    }

    private void attach(int choice) {
        if (attached) {
            return;
        }
        Attachment how = handle ? Attachment.values()[choice % 3] : Attachment.NEW_SESSION;
        if (how == Attachment.RECONNECTED) {
            tree.reconnect();
            while (tree.deliver()) {
                site.run();
            }
        } else {
            tree.newHandle();
        }
        generation += how == Attachment.NEW_SESSION ? 1 : 0;
        attached = true;
        handle = true;
        site.restored = 0;
        site.attach(how, generation);
    }

    /** Nothing else happens: everybody is told how it is. */
    private void endWell() {
        tree.denied.clear();
        tree.poisoned.clear();
        attach(0);
        exchange();
        attach(0); // A server before 3.6 hangs up over a tree, once.
        // An older state than was known is read again, some time, before it is believed.
        for (int i = 0; i < (everPutBack ? 20 : 3); i++) {
            exchange();
            site.pass(everPoisoned ? LONGEST_QUARANTINE : LONGEST_RETRY);
            exchange();
        }
        lookAtErrors();
        site.callbacks.runAll();
        check(site.restored == 1, "told to be restored so often:", site.restored);
        check(site.watches.problems().isEmpty(), "problems:", site.watches.problems());
        check(site.watches.wanted() == open.size(), "wanted:", site.watches.wanted());
        check(site.watches.standing() == open.size(), "standing:", site.watches.standing());
        for (Listener listener : open) {
            check(listener.watch.isArmed(), "not armed:", listener);
            check(listener.watch.whenArmed().isDone(), "nobody was told that it is armed:", listener);
            check(listener.isRight(), "told wrongly:", listener);
        }
    }

    /** What the application was told, and whether that was right. */
    private abstract class Listener {
        final String path;
        Watch watch;
        boolean closed;
        private long lastGeneration;

        private Listener(String path) {
            this.path = path;
        }

        void hears(long toldGeneration) {
            note("told " + this);
            check(!closed, "told after its close:", this);
            // A tree's deletions go before what was read earlier.
            boolean inOrder = toldGeneration >= lastGeneration || this instanceof TreeListener;
            check(inOrder && toldGeneration <= generation, "generation", toldGeneration);
            lastGeneration = toldGeneration;
        }

        abstract boolean isRight();

        abstract boolean stands();

        @Override
        public String toString() {
            return getClass().getSimpleName() + " on " + path;
        }
    }

    private final class NodeListener extends Listener {
        private NodeChange told;

        private NodeListener(String path) {
            super(path);
            watch = site.watches.node(path, this::changed);
        }

        private void changed(NodeChange change) {
            hears(change.generation());
            if (told == null) {
                check(!change.whileAway(), "missed at first:", change);
            } else {
                check(change.exists() || told.exists(), "absent, twice:", change);
                check(
                        everPutBack
                                || !change.exists()
                                || !told.exists()
                                || change.stat().getMzxid() > told.stat().getMzxid(),
                        "told again, or of an older one:",
                        change);
            }
            told = change;
        }

        @Override
        boolean stands() {
            return tree.tellsOfNode(path);
        }

        @Override
        boolean isRight() {
            Stat stat = tree.stat(path);
            return told != null
                    && (stat == null
                            ? !told.exists()
                            : told.exists() && told.stat().getMzxid() == stat.getMzxid());
        }
    }

    private final class ChildrenListener extends Listener {
        private ChildrenChange told;

        private ChildrenListener(String path) {
            super(path);
            watch = site.watches.children(path, this::changed);
        }

        private void changed(ChildrenChange change) {
            hears(change.generation());
            check(told != null || !change.whileAway(), "missed at first:", change);
            told = change;
        }

        @Override
        boolean stands() {
            return tree.tellsOfChildren(path);
        }

        @Override
        boolean isRight() {
            return told != null && told.children().equals(Set.copyOf(tree.namesBelow(path)));
        }
    }

    private final class TreeListener extends Listener {
        private final Map<String, Long> told = new TreeMap<>();

        private TreeListener(String path) {
            super(path);
            watch = site.watches.tree(path, this::changed);
        }

        private void changed(TreeChange change) {
            hears(change.generation());
            String node = change.path();
            switch (change.kind()) {
                case CREATED -> {
                    check(!told.containsKey(node), "created twice:", change);
                    check(
                            node.equals(path) || told.containsKey(TreeSnapshot.parentOf(node)),
                            "told before its parent:",
                            change);
                    told.put(node, change.stat().getMzxid());
                }
                case CHANGED -> {
                    Long before = told.put(node, change.stat().getMzxid());
                    boolean newer = before != null
                            && (everPutBack || before < change.stat().getMzxid());
                    check(newer, "told again:", change);
                }
                case DELETED -> {
                    check(told.remove(node) != null, "deleted twice:", change);
                    check(
                            told.keySet().stream().noneMatch(other -> other.startsWith(node + "/")),
                            "told before its children:",
                            change);
                }
            }
        }

        @Override
        boolean stands() {
            return tree.tellsOfTree(path);
        }

        @Override
        boolean isRight() {
            return told.equals(tree.subtree(path));
        }
    }
}
