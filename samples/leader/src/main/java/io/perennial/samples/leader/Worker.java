package io.perennial.samples.leader;

import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.operation.Fence;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/** One of several instances: it waits until it leads, takes office, and serves its term; again and again. */
final class Worker {
    static final String LATCH = "/leader/latch";
    static final String EPOCH = "/leader/epoch";
    static final String JOBS = "/jobs";
    static final String JOURNAL = "/journal";

    private static final byte[] EMPTY = {};

    private final ResilientSession session;
    private final String name;
    private final BankClient bank;
    private final Semaphore newJobs = new Semaphore(0);

    Worker(ResilientSession session, String name, BankClient bank) {
        this.session = session;
        this.name = name;
        this.bank = bank;
    }

    /** Takes the servers, the bank's address, a name for this instance, and the session timeout such as PT10S. */
    public static void main(String[] args) throws Exception {
        try (ResilientSession session = ResilientSession.builder()
                .name(args[2])
                .connectString(args[0])
                .sessionTimeout(Duration.parse(args[3]))
                .build()
                .start()) {
            new Worker(session, args[2], new BankClient(URI.create(args[1]), args[2])).run();
        }
    }

    void run() throws Exception {
        session.watches().children(JOBS, change -> newJobs.release());
        // [run]
        while (session.state() != SessionState.CLOSED) {
            try {
                serveOneTerm();
            } catch (ResilientSessionException e) { // no server for as long as the operation timeout, for example
                System.out.println(name + ": the term ends: " + e.getMessage());
            }
            TimeUnit.SECONDS.sleep(1); // others may lead; and what goes wrong each time does so once a second
        }
        // [end]
    }

    // [term]
    private void serveOneTerm() throws Exception {
        makeNodes();
        try (LeaderLatch latch = new LeaderLatch(session.curator(), LATCH, name)) {
            latch.start();
            latch.await(); // until this instance leads
            OptionalInt epoch = takeOffice(latch);
            if (epoch.isPresent()) {
                new Term(session, latch, epoch.getAsInt(), bank, newJobs).serve();
            }
        } // closing the latch gives the office up: the next instance in the queue leads
    }
    // [end]

    // [nodes]
    void makeNodes() {
        makeNode(EPOCH);
        makeNode(JOBS);
        makeNode(JOURNAL);
    }

    private void makeNode(String path) {
        try {
            session.operations().call(Effect.IDEMPOTENT, c -> c.create()
                    .creatingParentsIfNeeded() // persistent ones; operations().create(...) makes none
                    .forPath(path, EMPTY)); // and no orSetData(): that would be a new epoch
        } catch (OperationFailedException e) {
            if (e.code() != Code.NODEEXISTS) { // it was there, or an attempt without an answer has made it
                throw e;
            }
        }
    }
    // [end]

    // [epoch]
    /** The new epoch; empty when another instance leads by now, or when that is not known. */
    OptionalInt takeOffice(LeaderLatch latch) {
        Optional<SessionInfo> current = session.info();
        if (current.isEmpty()) {
            return OptionalInt.empty();
        }
        WriteOutcome outcome = session.operations()
                .fencedBy(Fence.owner( // only while this latch leads
                        latch.getLastPathIsLeader(), current.get().sessionId()))
                .setData(EPOCH, name.getBytes(StandardCharsets.UTF_8), Write.ANY_VERSION);
        if (!outcome.isApplied()) {
            return OptionalInt.empty(); // this term is over before it has begun; another one does no harm
        }
        Stat asWritten = Objects.requireNonNull(outcome.stat());
        return OptionalInt.of(asWritten.getVersion());
    }
    // [end]
}
