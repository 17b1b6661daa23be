package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A watch that is armed while its handle ends: it is called, or whoever armed it hears that it is not armed. Otherwise
 * a waiter for a lock would wait for ever (Curator's {@code TestInterProcessMutex#testKilledSession}).
 */
@ExtendWith(NoLeaks.class)
@Tag("C8")
class LateWatchIT {
    private static final int ROUNDS = 40;
    private static final int READERS = 4;

    @AutoClose
    private final SessionRig rig = new SessionRig();

    /** One watch, and how often it was called. */
    private static final class Armed implements Watcher {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public void process(WatchedEvent event) {
            calls.incrementAndGet();
        }
    }

    @Test
    void isCalled_orRefused_whenTheHandleEnds() throws Exception {
        ResilientSession session = rig.build(b -> b).start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        CuratorFramework curator = session.curator();

        for (int round = 0; round < ROUNDS; round++) {
            ZooKeeper handle = curator.getZookeeperClient().getZooKeeper();
            Queue<Armed> armed = new ConcurrentLinkedQueue<>();
            CountDownLatch underWay = new CountDownLatch(READERS * 5);
            List<Thread> readers = readers(handle, armed, underWay);
            underWay.await();
            handle.getTestable().injectSessionExpiration();
            for (Thread reader : readers) {
                reader.join();
            }
            eventually(() -> assertThat(armed)
                    .allSatisfy(watch -> assertThat(watch.calls).hasPositiveValue()));
            eventually(() ->
                    assertThat(curator.getZookeeperClient().getZooKeeper()).isNotSameAs(handle));
            assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        }
    }

    private static List<Thread> readers(ZooKeeper handle, Queue<Armed> armed, CountDownLatch underWay) {
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            var reader = new Thread(() -> armUntilRefused(handle, armed, underWay), "reader-" + i);
            reader.start();
            readers.add(reader);
        }
        return readers;
    }

    private static void armUntilRefused(ZooKeeper handle, Queue<Armed> armed, CountDownLatch underWay) {
        try {
            while (true) {
                var watch = new Armed();
                handle.getData("/", watch, null);
                armed.add(watch);
                underWay.countDown();
            }
        } catch (KeeperException e) {
            // The handle has ended.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
