package io.perennial.soak.work;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.soak.history.Fact;
import io.perennial.soak.work.ExpectedWatch.Kind;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** Opens and closes the watches of one session, and records what they report. Thread-safe. */
final class WatchWork {
    private static final int MOST = 7;
    /** Of one session in four: so many that they are armed together on another handle. */
    private static final int MANY = 90;
    /** On different paths, most of them of nodes that are never made. */
    private static final int PATHS_OF_MANY = 120;

    private static final int CLOSED_WITHIN_PERCENT = 2;

    private final Site site;
    private final Unruly unruly;
    private final boolean many;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<Open> open = new ArrayList<>();

    /** Confined to the worker. */
    private int opened;

    /** An open watch and what it reported last. */
    private static final class Open {
        private final String id;
        private final Kind kind;
        private final String path;
        private volatile @Nullable Watch watch;
        private volatile String told = "nothing";
        private final Map<String, Long> tree = new TreeMap<>(); // confined to the callbacks

        Open(String id, Kind kind, String path) {
            this.id = id;
            this.kind = kind;
            this.path = path;
        }
    }

    WatchWork(Site site, Unruly unruly) {
        this.site = site;
        this.unruly = unruly;
        this.many = Math.floorMod(site.name().hashCode(), 4) == 0;
    }

    void step(Random random) {
        boolean full;
        synchronized (lock) {
            full = open.size() >= (many ? MANY : MOST);
        }
        if (full || random.nextInt(5) == 0) {
            close(random);
        } else {
            open(random);
        }
    }

    private void open(Random random) {
        if (many && random.nextInt(8) > 0) {
            open(Kind.NODE, Places.FREE + "/f" + opened++ % PATHS_OF_MANY, random);
            return;
        }
        String tree = Places.TREES + "/t" + random.nextInt(WriteWork.TREES);
        switch (random.nextInt(10)) {
            case 0 -> open(Kind.TREE, tree, random);
            case 1 -> open(Kind.CHILDREN, tree, random);
            case 2 -> open(Kind.CHILDREN, Places.SHARED, random);
            case 3 -> open(Kind.CHILDREN, Places.FREE, random);
            case 4 -> open(Kind.NODE, Places.FREE + "/f" + random.nextInt(WriteWork.FREE_NODES), random);
            case 5 -> open(Kind.NODE, Places.SHARED + "/s" + random.nextInt(6), random);
            case 6 -> open(Kind.NODE, NodeWork.slot(site.name(), random.nextInt(NodeWork.SLOTS)), random);
            default -> open(Kind.NODE, Places.DATA + "/d" + random.nextInt(WriteWork.DATA_NODES), random);
        }
    }

    private void open(Kind kind, String path, Random random) {
        var one = new Open(site.id(), kind, path);
        boolean closesItself = random.nextInt(100) < CLOSED_WITHIN_PERCENT;
        site.history().add(Fact.Kind.WATCH, site.name(), one.id, kind, path);
        Watch watch =
                switch (kind) {
                    case NODE ->
                        site.session().watches().node(site.at(path), change -> told(one, change, closesItself));
                    case CHILDREN ->
                        site.session().watches().children(site.at(path), change -> told(one, change, closesItself));
                    case TREE -> site.session().watches().tree(site.at(path), change -> told(one, change));
                };
        one.watch = watch;
        synchronized (lock) {
            open.add(one);
        }
        site.figures().count("watches opened");
    }

    private void close(Random random) {
        Open one;
        synchronized (lock) {
            one = open.isEmpty() ? null : open.remove(random.nextInt(open.size()));
        }
        if (one != null) {
            close(one);
        }
    }

    private void close(Open one) {
        Watch watch = one.watch;
        if (watch != null) {
            watch.close();
            site.history().add(Fact.Kind.UNWATCH, site.name(), one.id);
        }
    }

    private void told(Open one, NodeChange change, boolean closesItself) {
        Stat stat = change.stat();
        if (stat == null) {
            tell(one, ExpectedWatch.ABSENT, change.generation(), -1, -1, 0);
        } else {
            tell(
                    one,
                    Long.toString(stat.getMzxid()),
                    change.generation(),
                    stat.getCzxid(),
                    stat.getMzxid(),
                    stat.getAversion());
        }
        finish(one, closesItself);
    }

    private void told(Open one, ChildrenChange change, boolean closesItself) {
        String names = String.join(",", new TreeSet<>(change.children()));
        tell(
                one,
                names,
                change.generation(),
                names,
                String.join(",", change.added()),
                String.join(",", change.removed()));
        finish(one, closesItself);
    }

    private void told(Open one, TreeChange change) {
        Stat stat = change.stat();
        String path = site.onServer(change.path());
        if (stat == null) {
            one.tree.remove(path);
        } else {
            one.tree.put(path, stat.getMzxid());
        }
        String all = one.tree.entrySet().stream()
                .map(node -> node.getKey() + "=" + node.getValue())
                .collect(Collectors.joining(","));
        tell(
                one,
                all,
                change.generation(),
                change.kind(),
                path,
                stat == null ? -1 : stat.getCzxid(),
                stat == null ? -1 : stat.getMzxid());
        finish(one, false);
    }

    private void tell(Open one, String state, long generation, Object... values) {
        one.told = state;
        Object[] all = new Object[values.length + 2];
        all[0] = one.id;
        all[1] = generation;
        System.arraycopy(values, 0, all, 2, values.length);
        site.history().add(Fact.Kind.TOLD, site.name(), all);
        site.figures().count("changes told");
    }

    private void finish(Open one, boolean closesItself) {
        if (closesItself && site.churn().isWorking()) {
            boolean mine;
            synchronized (lock) {
                mine = open.remove(one);
            }
            if (mine) {
                close(one);
            }
        }
        unruly.misbehave();
    }

    List<ExpectedWatch> expected() {
        synchronized (lock) {
            return open.stream().map(this::expected).toList();
        }
    }

    private ExpectedWatch expected(Open one) {
        Watch watch = one.watch;
        return new ExpectedWatch(site.name(), one.id, one.kind, one.path, watch != null && watch.isArmed(), one.told);
    }
}
