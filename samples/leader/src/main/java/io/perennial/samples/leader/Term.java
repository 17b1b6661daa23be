package io.perennial.samples.leader;

import static io.perennial.samples.leader.Worker.EPOCH;
import static io.perennial.samples.leader.Worker.JOBS;
import static io.perennial.samples.leader.Worker.JOURNAL;

import io.perennial.ResilientSession;
import io.perennial.operation.Effect;
import io.perennial.operation.Fence;
import io.perennial.operation.Operations;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;

/** What an instance does in office: the jobs, one after the other, until the servers refuse it. */
final class Term {
    private final ResilientSession session;
    private final LeaderLatch latch;
    private final int epoch;
    private final Operations asLeader;
    private final BankClient bank;
    private final Semaphore newJobs;
    private final Set<String> done = new HashSet<>();

    Term(ResilientSession session, LeaderLatch latch, int epoch, BankClient bank, Semaphore newJobs) {
        this.session = session;
        this.latch = latch;
        this.epoch = epoch;
        this.bank = bank;
        this.newJobs = newJobs;
        // [fence]
        asLeader = session.operations().fencedBy(Fence.version(EPOCH, epoch));
        // [end]
    }

    // [serve]
    void serve() throws InterruptedException {
        while (latch.hasLeadership()) {
            if (session.lease().isHeld() && !workThrough()) {
                return; // no longer in office, or not known to be
            }
            newJobs.tryAcquire(500, TimeUnit.MILLISECONDS);
        }
    }
    // [end]

    private boolean workThrough() throws InterruptedException {
        newJobs.drainPermits();
        List<String> jobs =
                session.operations().call(Effect.READ, c -> c.getChildren().forPath(JOBS));
        for (String job : jobs.stream().sorted().toList()) {
            if (!done.contains(job) && !work(job)) {
                return false;
            }
        }
        return true;
    }

    // [job]
    /** Whether the term goes on. */
    private boolean work(String job) throws InterruptedException {
        var seen = new Stat();
        byte[] state = session.operations()
                .call(Effect.READ, c -> c.getData().storingStatIn(seen).forPath(path(job)));
        if (text(state).startsWith("done")) {
            done.add(job);
            return true;
        }
        WriteOutcome claim = asLeader.setData(path(job), bytes("claimed in epoch " + epoch), seen.getVersion());
        if (!isApplied("claim " + job, claim)) {
            return false; // another instance is in office, or that is not known
        }
        if (!latch.hasLeadership() || !session.lease().isHeld()) {
            return false; // another instance may have taken office since
        }
        try {
            if (!bank.pay(job, epoch)) {
                return false; // the bank has seen a later epoch
            }
        } catch (IOException e) {
            return true; // it may be paid: it stays claimed, and is tried again
        }
        WriteOutcome finish = asLeader.transaction(
                Write.setData(path(job), bytes("done in epoch " + epoch), Write.ANY_VERSION),
                Write.create(JOURNAL + "/" + job + "-", bytes("epoch " + epoch), CreateMode.PERSISTENT_SEQUENTIAL));
        if (!isApplied("finish " + job, finish)) {
            return false;
        }
        done.add(job);
        return true;
    }

    private boolean isApplied(String what, WriteOutcome outcome) {
        System.out.println(what + " in epoch " + epoch + ": " + outcome.kind() + ", " + outcome.explanation());
        return outcome.isApplied(); // NOT_APPLIED and UNKNOWN end the term
    }
    // [end]

    private static String path(String job) {
        return JOBS + "/" + job;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
