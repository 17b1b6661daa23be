package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A registration in a play: what the application has done with it, and what it was promised. */
final class PlayedNode {
    private final int session;
    private final int number;
    private final long since;
    private final List<CompletableFuture<Void>> updates = new ArrayList<>();
    private TrackedNode node;
    private int revision;
    private int applied = -1;
    private CompletableFuture<Void> release;
    private boolean releasedInQuiet;

    PlayedNode(int session, int number, long since) {
        this.session = session;
        this.number = number;
        this.since = since;
    }

    void registered(EphemeralNode as, NodePlay play) {
        node = (TrackedNode) as;
        node.whenHeld().thenRun(() -> play.check(applied >= 0, "said to be held, and no server has seen it:", this));
    }

    ModelData data() {
        return new ModelData(session, number, revision);
    }

    /** When it was registered. */
    long since() {
        return since;
    }

    TrackedNode node() {
        return node;
    }

    boolean isSequential() {
        return node.isSequential();
    }

    boolean isReleased() {
        return node.isReleased();
    }

    OnConflict policy() {
        return node.spec().onConflict();
    }

    /** A server has taken this revision. */
    void applied(int what) {
        applied = Math.max(applied, what);
    }

    /** Whether these are the latest, or others' that came after them: those are left. */
    boolean isLatest(byte[] there) {
        ModelData its = ModelData.of(there);
        return its == null || its.session() != session ? applied == revision : its.equals(data());
    }

    CompletableFuture<Void> update(NodePlay play) {
        int mine = ++revision;
        CompletableFuture<Void> done = node.update(data().bytes());
        updates.add(done);
        done.thenRun(() -> play.check(applied >= mine, "an update is said to be done that no server has seen:", this));
        return done;
    }

    /** Whether it can not have been sent when it was released. */
    boolean wasReleasedInQuiet() {
        return releasedInQuiet;
    }

    CompletableFuture<Void> release(boolean inQuiet) {
        releasedInQuiet = inQuiet;
        release = node.release();
        return release;
    }

    /** What has been promised and is still open, though it is to be known now; or null. */
    String open() {
        if (node.status() == Status.HELD && !node.whenHeld().isDone()) {
            return "held, and whenHeld is open: " + this;
        }
        if (release != null && !release.isDone()) {
            return "a release is open: " + this;
        }
        boolean settled = node.isReleased() || node.status() == Status.HELD;
        if (settled && !updates.stream().allMatch(CompletableFuture::isDone)) {
            return "an update is open: " + this;
        }
        return null;
    }

    boolean isAllDone() {
        return node.whenHeld().isDone()
                && (release == null || release.isDone())
                && updates.stream().allMatch(CompletableFuture::isDone);
    }

    @Override
    public String toString() {
        return node + " " + data() + " knowledge " + node.state.known() + ", " + node.problem();
    }
}
