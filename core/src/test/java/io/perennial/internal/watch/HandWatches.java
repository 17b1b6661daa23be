package io.perennial.internal.watch;

import io.perennial.internal.restore.Attachment;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/** Watches that a test takes through one step after the other, on a model of a server's tree. */
abstract class HandWatches {
    final HandSite site = new HandSite();
    final ModelTree tree = new ModelTree(site.client);
    final Recorder<NodeChange> node = new Recorder<>();
    final Recorder<ChildrenChange> children = new Recorder<>();
    final Recorder<TreeChange> changes = new Recorder<>();

    void attach(Attachment how) {
        if (how == Attachment.RECONNECTED) {
            tree.reconnect();
            while (tree.deliver()) {
                site.run();
            }
        } else {
            tree.newHandle();
        }
        site.attach(how, 1);
    }

    void cut() {
        tree.cut();
        site.detach();
    }

    /** All that is asked is answered, and told. */
    void settle() {
        while (tree.serve() || tree.deliver()) {
            site.run();
        }
        site.callbacks.runAll();
    }

    Watch watchNode(String path) {
        Watch watch = site.watches.node(path, node);
        site.run();
        return watch;
    }

    Watch watchChildren(String path) {
        Watch watch = site.watches.children(path, children);
        site.run();
        return watch;
    }

    Watch watchTree(String path) {
        Watch watch = site.watches.tree(path, changes);
        site.run();
        return watch;
    }

    void close(Watch watch) {
        watch.close();
        site.run();
    }

    /** What is asked of the server next, in order, and not served yet. */
    List<String> asked() {
        return site.client.asked().stream().map(Object::toString).toList();
    }

    /** Answers the next request. */
    void answer(Code code, Stat stat) {
        site.client.asked().remove().answer().give(code, stat, new byte[0], List.of());
        site.run();
        site.callbacks.runAll();
    }
}
