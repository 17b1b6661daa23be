package io.perennial.samples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException;

/** The data that the application watches and the witness changes: in each round one change of every kind. */
final class SharedData implements AutoCloseable {
    private static final String LEAF = Layout.TREE + "/leaf";

    private final Layout layout;
    private final Witness witness;
    private final boolean removed;
    private boolean created;
    private int round;

    /** {@code removed}: whether to remove everything at the end. */
    SharedData(Layout layout, Witness witness, boolean removed) {
        this.layout = layout;
        this.witness = witness;
        this.removed = removed;
    }

    /** Makes the data of round 0. */
    void create() throws Exception {
        witness.createRoot();
        created = true;
        for (String parent : List.of(Layout.SETTINGS, Layout.JOBS, Layout.TREE)) {
            witness.create(parent, new byte[0]);
        }
        witness.createAll(layout.settings(), value(0));
        witness.create(job(0), value(0));
        witness.create(LEAF, value(0));
        witness.create(twig(0), value(0));
    }

    /** Changes data, and returns what the watches must report. */
    List<Change> change() throws Exception {
        round++;
        List<Change> changes = new ArrayList<>();
        changes.add(set(layout.settings().get(0)));
        if (layout.settings().size() >= 2) {
            changes.add(deleteOrCreate(layout.settings().get(1)));
        }
        if (layout.watchesJobs()) {
            changes.add(replaceJob());
        }
        if (layout.watchesTree()) {
            changes.addAll(changeTree());
        }
        return changes;
    }

    /** What the last reported state of each watch must be, read from the server. */
    Map<String, String> state() throws Exception {
        Map<String, String> state = new TreeMap<>();
        Map<String, Witness.Node> settings = witness.read(layout.settings());
        for (String path : layout.settings()) {
            Witness.Node node = settings.get(path);
            state.put(path, node == null ? Change.ABSENT : Change.node(node.stat(), node.data()));
        }
        if (layout.watchesJobs()) {
            state.put(Layout.JOBS, Change.names(witness.children(Layout.JOBS)));
        }
        if (layout.watchesTree()) {
            List<String> tree = new ArrayList<>(List.of(Layout.TREE));
            witness.children(Layout.TREE).forEach(name -> tree.add(Layout.TREE + "/" + name));
            witness.read(tree).forEach((path, node) -> state.put(path, Change.zxid(node.stat())));
        }
        return state;
    }

    /** Also removes what the application may have left there. */
    @Override
    public void close() throws IOException, KeeperException {
        if (!created || !removed) {
            return;
        }
        try {
            witness.removeAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Change set(String path) throws Exception {
        witness.set(path, value(round));
        return nodeChange(path);
    }

    private Change deleteOrCreate(String path) throws Exception {
        if (round % 2 == 1) {
            witness.delete(path);
            return new Change(path, Change.ABSENT);
        }
        witness.create(path, value(round));
        return nodeChange(path);
    }

    private Change replaceJob() throws Exception {
        witness.replace(job(round - 1), job(round), value(round));
        return Change.children(Layout.JOBS, Set.of(name(job(round))), Set.of(name(job(round - 1))));
    }

    private List<Change> changeTree() throws Exception {
        witness.set(LEAF, value(round));
        witness.create(twig(round), value(round));
        witness.delete(twig(round - 1));
        return List.of(treeChange(LEAF), treeChange(twig(round)), new Change(twig(round - 1), Change.ABSENT));
    }

    private Change nodeChange(String path) throws Exception {
        Witness.Node node = written(path);
        return Change.node(path, node.stat(), node.data());
    }

    private Change treeChange(String path) throws Exception {
        return new Change(path, Change.zxid(written(path).stat()));
    }

    private Witness.Node written(String path) throws Exception {
        return Objects.requireNonNull(witness.read(List.of(path)).get(path), () -> path + " is gone");
    }

    private static String job(int round) {
        return Layout.JOBS + "/job-" + round;
    }

    private static String twig(int round) {
        return Layout.TREE + "/twig-" + round;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static byte[] value(int round) {
        return ("value " + round).getBytes(UTF_8);
    }
}
