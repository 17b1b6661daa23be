package io.perennial.soak.work;

import io.perennial.Lease;
import io.perennial.SessionInfo;
import io.perennial.soak.history.Fact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Repeatedly looks at one session's lease and at what it holds exclusively. Records the last look at which the lease
 * was held, and from when until when something was certainly held. Runs on one thread, except {@link #add} and
 * {@link #remove}.
 */
final class Sampler {
    private static final long LONGEST_NANOS = 1_000_000_000;

    private final Site site;
    private final List<Claim> claims = new CopyOnWriteArrayList<>();
    private final Map<Claim, Proof> proofs = new HashMap<>();
    private @Nullable Look last;

    private record Look(long generation, long nanos, long wallMillis) {}

    /** Two looks and more at which nothing had changed. */
    private record Proof(long token, long generation, long sessionId, long since, long firstNanos, long lastNanos) {}

    Sampler(Site site) {
        this.site = site;
    }

    void add(Claim claim) {
        claims.add(claim);
    }

    void remove(Claim claim) {
        claims.remove(claim);
    }

    void look() {
        lookAtLease();
        claims.forEach(this::lookAt);
        proofs.keySet().removeIf(claim -> {
            boolean gone = !claims.contains(claim);
            if (gone) {
                write(claim);
            }
            return gone;
        });
    }

    /** Records what is known so far. */
    void flush() {
        if (last != null) {
            write(last);
        }
    }

    private void lookAtLease() {
        long nanos = System.nanoTime();
        long wallMillis = System.currentTimeMillis();
        Lease lease = site.session().lease();
        long generation = lease.generation();
        boolean held = lease.isHeld() && lease.generation() == generation;
        Look before = last;
        if (before != null && (!held || before.generation() != generation)) {
            write(before);
        }
        last = held ? new Look(generation, nanos, wallMillis) : null;
    }

    private void lookAt(Claim claim) {
        long before = System.nanoTime();
        Lease lease = site.session().lease();
        long token = claim.token();
        long generation = lease.generation();
        long sessionId = site.session().info().map(SessionInfo::sessionId).orElse(0L);
        long since = claim.since();
        boolean sure = claim.isHeld()
                && lease.isHeld()
                && lease.generation() == generation
                && claim.token() == token
                && sessionId != 0;
        long after = System.nanoTime();
        Proof proof = proofs.get(claim);
        boolean goesOn = sure && proof != null && proof.token == token && proof.generation == generation;
        if (proof != null && (!goesOn || before - proof.firstNanos > LONGEST_NANOS)) {
            write(claim);
            proofs.remove(claim);
        }
        if (goesOn && proof != null) {
            // A time that was written down goes on where its last look was.
            long first = proofs.containsKey(claim) ? proof.firstNanos : proof.lastNanos;
            proofs.put(claim, new Proof(token, generation, sessionId, since, first, before));
        } else if (sure) {
            proofs.put(claim, new Proof(token, generation, sessionId, since, after, after));
        }
    }

    private void write(Claim claim) {
        Proof proof = proofs.get(claim);
        if (proof != null && proof.lastNanos > proof.firstNanos) {
            site.history()
                    .add(
                            Fact.Kind.HELD,
                            site.name(),
                            claim.what(),
                            proof.generation,
                            proof.sessionId,
                            proof.since,
                            proof.firstNanos,
                            proof.lastNanos);
        }
    }

    private void write(Look look) {
        site.history().add(Fact.Kind.LEASE, site.name(), look.generation(), look.nanos(), look.wallMillis());
    }
}
