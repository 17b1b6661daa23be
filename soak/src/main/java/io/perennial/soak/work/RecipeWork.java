package io.perennial.soak.work;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;

/** Uses Curator's recipes on one session: leader latch, mutex and cache. Confined to one thread. */
final class RecipeWork {
    private static final int LATCHES = 2;
    private static final int MUTEXES = 3;
    private static final int LEAD_MILLIS = 5_000;
    private static final int LOCK_MILLIS = 400;
    private static final int ACQUIRE_MILLIS = 1_500;

    private final Site site;
    private final Sampler sampler;

    RecipeWork(Site site, Sampler sampler) {
        this.site = site;
        this.sampler = sampler;
    }

    void step(Random random) throws Exception {
        switch (random.nextInt(6)) {
            case 0 -> lead(random);
            case 1 -> cache(random);
            default -> lock(random);
        }
    }

    private void lead(Random random) throws Exception {
        String path = Places.RECIPES + "/latch" + random.nextInt(LATCHES);
        try (LeaderLatch latch = new LeaderLatch(curator(), site.at(path), site.name())) {
            var leadership = new Leadership(path, latch);
            latch.addListener(leadership);
            latch.start();
            sampler.add(leadership);
            try {
                Churn.sleep(500 + random.nextInt(LEAD_MILLIS));
            } finally {
                sampler.remove(leadership);
            }
        }
        site.figures().count("latches closed");
    }

    private void lock(Random random) throws Exception {
        String path = Places.RECIPES + "/mutex" + random.nextInt(MUTEXES);
        InterProcessMutex mutex = new InterProcessMutex(curator(), site.at(path));
        var lock = new Lock(path);
        curator().getConnectionStateListenable().addListener(lock);
        try {
            if (mutex.acquire(ACQUIRE_MILLIS, TimeUnit.MILLISECONDS)) {
                lock.acquired();
                sampler.add(lock);
                try {
                    Churn.sleep(random.nextInt(LOCK_MILLIS));
                } finally {
                    lock.lost();
                    sampler.remove(lock);
                    mutex.release();
                }
                site.figures().count("locks held");
            }
        } finally {
            curator().getConnectionStateListenable().removeListener(lock);
        }
    }

    private void cache(Random random) {
        try (CuratorCache cache = CuratorCache.build(curator(), site.at(Places.DATA))) {
            cache.listenable().addListener((type, before, now) -> site.figures().count("cache events"));
            cache.start();
            Churn.sleep(random.nextInt(LEAD_MILLIS));
        }
        site.figures().count("caches closed");
    }

    private CuratorFramework curator() {
        return site.session().curator();
    }

    /** The leadership of one latch. */
    private static final class Leadership implements Claim, LeaderLatchListener {
        private final String path;
        private final LeaderLatch latch;
        private final AtomicLong changes = new AtomicLong();
        private volatile long since = System.nanoTime();

        Leadership(String path, LeaderLatch latch) {
            this.path = path;
            this.latch = latch;
        }

        @Override
        public void isLeader() {
            since = System.nanoTime();
            changes.incrementAndGet();
        }

        @Override
        public void notLeader() {
            changes.incrementAndGet();
        }

        @Override
        public String what() {
            return path;
        }

        @Override
        public long token() {
            return changes.get();
        }

        @Override
        public boolean isHeld() {
            return latch.hasLeadership();
        }

        @Override
        public long since() {
            return since;
        }
    }

    /** A lock, until it is released or Curator reports LOST. */
    private static final class Lock implements Claim, ConnectionStateListener {
        private final String path;
        private final AtomicLong changes = new AtomicLong();
        private volatile boolean lost;
        private volatile long since = Long.MAX_VALUE;

        Lock(String path) {
            this.path = path;
        }

        void acquired() {
            since = System.nanoTime();
        }

        void lost() {
            lost = true;
            changes.incrementAndGet();
        }

        @Override
        public void stateChanged(CuratorFramework client, ConnectionState state) {
            if (state == ConnectionState.LOST) {
                lost();
            }
        }

        @Override
        public String what() {
            return path;
        }

        @Override
        public long token() {
            return changes.get();
        }

        @Override
        public boolean isHeld() {
            return !lost;
        }

        @Override
        public long since() {
            return since;
        }
    }
}
