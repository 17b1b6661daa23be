package io.perennial.tomcat.reaper;

import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;

/** Ends the clients of an application's class loader and reports it; remembers, weakly, the loaders that have ended. */
final class Reaper {
    private static final Log LOG = LogFactory.getLog(ZooKeeperReaper.class);

    private final Supplier<Settings> settings;
    private final List<Ended> ended = new CopyOnWriteArrayList<>();

    private final Set<ClassLoader> underWay = ConcurrentHashMap.newKeySet();
    /** Threads that resisted every attempt: logged once, not at each look. */
    private final Set<Thread> hopeless = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    Reaper(Supplier<Settings> settings) {
        this.settings = settings;
    }

    /** Like {@link #reap}, for an application that will not start again; {@link #revisit} looks at it again. */
    void reapForGood(String application, ClassLoader loader) {
        if (!settings.get().enabled()) {
            return;
        }
        reap(application, loader);
        if (ended.stream().noneMatch(one -> one.loader().refersTo(loader))) {
            ended.add(new Ended(application, new WeakReference<>(loader)));
        }
    }

    /**
     * Blocks until the application's clients are ended or the time is up. Never throws. Does nothing while another
     * thread does the same: if a client is closed twice at once, the second call waits for ever.
     */
    ReapResult reap(String application, ClassLoader loader) {
        if (!underWay.add(loader)) {
            return ReapResult.NOTHING;
        }
        try {
            return reapAlone(application, loader);
        } finally {
            underWay.remove(loader);
        }
    }

    private ReapResult reapAlone(String application, ClassLoader loader) {
        ReapResult result = ReapResult.NOTHING;
        try {
            Settings current = settings.get();
            ClientScan scan = ClientScan.of(loader);
            if (scan.isEmpty() || hopeless.containsAll(scan.threads())) {
                return result;
            }
            result = current.reportOnly()
                    ? ReapResult.reported(scan)
                    : new ReapRun(loader, current.closeTimeoutMillis()).end(scan);
            LOG.warn(result.line(application));
            FlightRecorderEvents.emit(application, scan, result);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("ZooKeeper clients of web application [" + application + "] could not be ended", e);
        }
        return result;
    }

    /** Ends clients that stopped applications have made since. */
    void revisit() {
        if (settings.get().reportOnly()) {
            return;
        }
        ended.removeIf(one -> one.loader().refersTo(null));
        for (Ended one : ended) {
            ClassLoader loader = one.loader().get();
            if (loader != null) {
                hopeless.addAll(reap(one.application(), loader).left());
            }
        }
    }

    private record Ended(String application, WeakReference<ClassLoader> loader) {}
}
