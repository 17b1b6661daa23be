package io.perennial.soak.work;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.ResilientSessionException;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;

/** Registers, updates and releases the nodes of one session. Thread-safe. */
final class NodeWork {
    static final int SLOTS = 8;

    private static final int MOST = 12;
    private static final int SHARED_PATHS = 6;
    private static final int BOXES = 3;
    private static final int PATIENCE_SECONDS = 3;

    private final Site site;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<Registered> registered = new ArrayList<>();

    /** A registered node and what was given to it last. */
    private static final class Registered {
        private final EphemeralNode node;
        private final boolean shared;
        private String text;

        Registered(EphemeralNode node, boolean shared, String text) {
            this.node = node;
            this.shared = shared;
            this.text = text;
        }
    }

    NodeWork(Site site) {
        this.site = site;
    }

    void step(Random random) {
        int count;
        synchronized (lock) {
            count = registered.size();
        }
        int choice = random.nextInt(10);
        if (count < MOST && choice < 4) {
            register(random);
        } else if (choice < 8) {
            update(random);
        } else if (count > 2) {
            release(random);
        }
    }

    static String slot(String session, int number) {
        return Places.NODES + "/" + session + "-" + number;
    }

    private void register(Random random) {
        int slot = random.nextInt(SLOTS);
        switch (random.nextInt(10)) {
            case 0, 1 -> {
                EphemeralSpec prefix = EphemeralSpec.at(site.at(slot(site.name(), slot) + "-n-"));
                register(prefix.sequential(true), false);
            }
            case 2 -> {
                String box = Places.NODES + "/box" + random.nextInt(BOXES) + "/" + site.name() + "-" + slot;
                register(EphemeralSpec.at(site.at(box)).containerParents(true), false);
            }
            case 3, 4, 5 -> {
                String path = Places.SHARED + "/s" + random.nextInt(SHARED_PATHS);
                OnConflict[] policies = OnConflict.values();
                register(EphemeralSpec.at(site.at(path)).onConflict(policies[random.nextInt(policies.length)]), true);
            }
            case 6 ->
                register(EphemeralSpec.at(site.at(slot(site.name(), slot))).onConflict(OnConflict.REPLACE), false);
            default -> register(EphemeralSpec.at(site.at(slot(site.name(), slot))), false);
        }
    }

    private boolean register(EphemeralSpec spec, boolean shared) {
        String text = site.id();
        synchronized (lock) {
            try {
                registered.add(new Registered(
                        site.session().ephemerals().register(spec.data(Site.bytes(text))), shared, text));
                site.figures().count("nodes registered");
                return true;
            } catch (IllegalArgumentException e) {
                return false; // registered already
            }
        }
    }

    private void update(Random random) {
        synchronized (lock) {
            if (!registered.isEmpty()) {
                Registered one = registered.get(random.nextInt(registered.size()));
                one.text = site.id();
                CompletableFuture<Void> written = one.node.update(Site.bytes(one.text));
                if (!one.shared) { // one that waits for its path is not written until it has it
                    await("update of " + one.node.path() + " by " + site.name(), written);
                }
                site.figures().count("nodes updated");
            }
        }
    }

    private void release(Random random) {
        Registered one;
        synchronized (lock) {
            one = registered.remove(random.nextInt(registered.size()));
        }
        await("release of " + one.node.path() + " by " + site.name(), one.node.release());
        site.figures().count("nodes released");
    }

    private void await(String what, CompletableFuture<?> future) {
        Churn.Ticket ticket = site.churn().tryBegin(what);
        if (ticket != null) {
            ticket.endWith(future);
        }
    }

    /**
     * Lays something persistent in the way of two sessions that both replace such things, and has them begin together.
     */
    void duel(NodeWork other, String path) throws Exception {
        if (!withdraw(path) || !other.withdraw(path)) {
            return;
        }
        try {
            site.session()
                    .curator()
                    .create()
                    .withMode(CreateMode.PERSISTENT)
                    .forPath(site.at(path), Site.bytes("left"));
        } catch (org.apache.zookeeper.KeeperException.NodeExistsException e) {
            // It lies there already.
        }
        CompletableFuture<Boolean> together = CompletableFuture.supplyAsync(() -> other.replace(path));
        replace(path);
        together.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        site.figures().count("duels");
    }

    private boolean replace(String path) {
        return register(EphemeralSpec.at(site.at(path)).onConflict(OnConflict.REPLACE), true);
    }

    private boolean withdraw(String path) throws InterruptedException {
        Optional<Registered> found;
        synchronized (lock) {
            found = registered.stream()
                    .filter(one -> one.node.spec().path().equals(site.at(path)))
                    .findFirst();
            found.ifPresent(registered::remove);
        }
        try {
            if (found.isPresent()) {
                CompletableFuture<Void> released = found.get().node.release();
                await("release of " + path + " by " + site.name(), released);
                released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            return true;
        } catch (ExecutionException | TimeoutException | ResilientSessionException e) {
            return false;
        }
    }

    List<ExpectedNode> expected(long sessionId) {
        synchronized (lock) {
            return registered.stream().map(one -> expected(one, sessionId)).toList();
        }
    }

    private ExpectedNode expected(Registered one, long sessionId) {
        String problem = one.node.problem();
        return new ExpectedNode(
                site.name(),
                sessionId,
                site.onServer(one.node.path()),
                one.node.status(),
                one.node.spec().onConflict(),
                one.shared,
                one.text,
                problem == null ? "" : problem);
    }
}
