package io.perennial.benchmarks;

import io.perennial.ResilientSession;
import io.perennial.operation.Effect;
import io.perennial.operation.WriteOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.BackgroundCallback;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The cost of {@code operations()} over bare Curator: the same requests to the same server, which runs in another JVM.
 * Run by {@link OperationOverhead}, which compares the two.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // by connect()
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class OperationBenchmark {
    private static final int BATCH = 500;
    private static final byte[] DATA = new byte[100];

    private CuratorFramework bare;
    private ResilientSession session;

    /**
     * Connects both clients.
     *
     * @throws Exception when one cannot
     */
    @Setup(Level.Trial)
    public void connect() throws Exception {
        String server = System.getProperty("benchmark.server");
        var config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        bare = CuratorFrameworkFactory.builder()
                .connectString(server)
                .sessionTimeoutMs(30_000)
                .zkClientConfig(config)
                .ensembleTracker(false)
                .retryPolicy(new ExponentialBackoffRetry(100, 3))
                .build();
        bare.start();
        bare.create().orSetData().forPath("/bare", DATA);
        bare.create().orSetData().forPath("/perennial", DATA);
        session = ResilientSession.builder()
                .name("benchmark")
                .connectString(server)
                .sessionTimeout(Duration.ofSeconds(30))
                .build()
                .start();
        if (!session.awaitConnected(Duration.ofSeconds(30))) {
            throw new IllegalStateException(session.report().toString());
        }
    }

    /** Closes them. */
    @TearDown(Level.Trial)
    public void close() {
        session.close();
        bare.close();
    }

    /**
     * Curator's.
     *
     * @return what was read
     * @throws Exception when it fails
     */
    @Benchmark
    public byte[] getDataBare() throws Exception {
        return bare.getData().forPath("/bare");
    }

    /**
     * A read call.
     *
     * @return what was read
     */
    @Benchmark
    public byte[] getDataPerennial() {
        return session.operations().call(Effect.READ, c -> c.getData().forPath("/perennial"));
    }

    /**
     * Curator's.
     *
     * @return the node's Stat
     * @throws Exception when it fails
     */
    @Benchmark
    public Stat setDataBare() throws Exception {
        return bare.setData().forPath("/bare", DATA);
    }

    /**
     * A write call.
     *
     * @return the node's Stat
     */
    @Benchmark
    public Stat setDataPerennial() {
        return session.operations().call(Effect.IDEMPOTENT, c -> c.setData().forPath("/perennial", DATA));
    }

    /**
     * A write that is adjudicated should its acknowledgement be lost.
     *
     * @return what became of it
     */
    @Benchmark
    public WriteOutcome adjudicatedSetDataPerennial() {
        return session.operations().setData("/perennial", DATA, -1).orThrow();
    }

    /**
     * Many of Curator's at once.
     *
     * @throws Exception when one fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void getDataInBackgroundBare() throws Exception {
        var answered = new CountDownLatch(BATCH);
        BackgroundCallback callback = (client, event) -> answered.countDown();
        for (int i = 0; i < BATCH; i++) {
            bare.getData().inBackground(callback).forPath("/bare");
        }
        answered.await();
    }

    /**
     * Many at once.
     *
     * @throws Exception when one fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void getDataInBackgroundPerennial() throws Exception {
        var answered = new CountDownLatch(BATCH);
        for (int i = 0; i < BATCH; i++) {
            CompletableFuture<?> unused = session.operations()
                    .callInBackground(Effect.READ, (c, in) -> c.getData()
                            .inBackground(in.callback(), in.context())
                            .forPath("/perennial"))
                    .thenRun(answered::countDown);
        }
        answered.await();
    }

    /**
     * Many of Curator's at once.
     *
     * @throws Exception when one fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void setDataInBackgroundBare() throws Exception {
        var answered = new CountDownLatch(BATCH);
        BackgroundCallback callback = (client, event) -> answered.countDown();
        for (int i = 0; i < BATCH; i++) {
            bare.setData().inBackground(callback).forPath("/bare", DATA);
        }
        answered.await();
    }

    /**
     * Many at once.
     *
     * @throws Exception when one fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void setDataInBackgroundPerennial() throws Exception {
        var answered = new CountDownLatch(BATCH);
        for (int i = 0; i < BATCH; i++) {
            CompletableFuture<?> unused = session.operations()
                    .callInBackground(Effect.IDEMPOTENT, (c, in) -> c.setData()
                            .inBackground(in.callback(), in.context())
                            .forPath("/perennial", DATA))
                    .thenRun(answered::countDown);
        }
        answered.await();
    }
}
