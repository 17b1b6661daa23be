package io.perennial.benchmarks.scale;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A clock that jumps from event to event. Events of the same instant happen in the order in which they were planned,
 * and chance comes from a seed, so a run can be repeated. Times are nanoseconds from the run's beginning.
 *
 * <p>Concurrency: confined to one thread.
 */
final class Simulation {
    private final SplittableRandom random;
    private long[] times = new long[1_024];
    private long[] orders = new long[1_024];
    private Runnable[] events = new Runnable[1_024];
    private int size;
    private long planned;
    private long now;
    private long happened;
    private Lane[] lanes = new Lane[0];

    Simulation(long seed) {
        random = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    /** How many events have happened. */
    long happened() {
        return happened;
    }

    /** A time below that, at random. */
    long random(long below) {
        return below <= 0 ? 0 : random.nextLong(below);
    }

    void after(long delay, Runnable event) {
        at(now + delay, event);
    }

    void at(long time, Runnable event) {
        if (time < now) {
            throw new IllegalArgumentException("it is " + now + " already, too late for " + time);
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        rise(size++, time, planned++, event);
    }

    /** Until nothing is planned any more. */
    void run() {
        run(Long.MAX_VALUE);
    }

    /** Until then; what is planned for later stays. */
    void run(long until) {
        run(until, Long.MAX_VALUE);
    }

    /** The same, but no more than so many events: a system that has collapsed makes them for ever. */
    void run(long until, long atMost) {
        long end = atMost == Long.MAX_VALUE ? atMost : happened + atMost;
        while (happened < end) {
            Lane lane = null;
            long time = size > 0 ? times[0] : Long.MAX_VALUE;
            long order = size > 0 ? orders[0] : Long.MAX_VALUE;
            for (Lane other : lanes) {
                if (other.size > 0 && isBefore(other.time(), other.order(), time, order)) {
                    lane = other;
                    time = other.time();
                    order = other.order();
                }
            }
            if (order == Long.MAX_VALUE || time > until) {
                return;
            }
            now = time;
            Runnable event;
            if (lane != null) {
                event = lane.removeFirst();
            } else {
                event = events[0];
                removeFirst();
            }
            happened++;
            event.run();
        }
    }

    /** For the many events that have the same delay: a queue does for them, and is faster than the heap. */
    Lane lane(long delay) {
        for (Lane lane : lanes) {
            if (lane.delay == delay) {
                return lane;
            }
        }
        var lane = new Lane(delay);
        lanes = Arrays.copyOf(lanes, lanes.length + 1);
        lanes[lanes.length - 1] = lane;
        return lane;
    }

    /** Events with one delay. */
    final class Lane {
        private final long delay;
        private long[] laneTimes = new long[1_024];
        private long[] laneOrders = new long[1_024];
        private Runnable[] laneEvents = new Runnable[1_024];
        private int first;
        private int size;

        private Lane(long delay) {
            this.delay = delay;
        }

        void plan(Runnable event) {
            if (size == laneTimes.length) {
                grow();
            }
            int place = (first + size++) & (laneTimes.length - 1);
            laneTimes[place] = now + delay;
            laneOrders[place] = planned++;
            laneEvents[place] = event;
        }

        private long time() {
            return laneTimes[first];
        }

        private long order() {
            return laneOrders[first];
        }

        private Runnable removeFirst() {
            Runnable event = laneEvents[first];
            laneEvents[first] = Simulation::nothing;
            first = (first + 1) & (laneTimes.length - 1);
            size--;
            return event;
        }

        private void grow() {
            int length = laneTimes.length;
            long[] newTimes = new long[2 * length];
            long[] newOrders = new long[2 * length];
            Runnable[] newEvents = new Runnable[2 * length];
            for (int i = 0; i < size; i++) {
                int place = (first + i) & (length - 1);
                newTimes[i] = laneTimes[place];
                newOrders[i] = laneOrders[place];
                newEvents[i] = laneEvents[place];
            }
            laneTimes = newTimes;
            laneOrders = newOrders;
            laneEvents = newEvents;
            first = 0;
        }
    }

    private void removeFirst() {
        int last = --size;
        long time = times[last];
        long order = orders[last];
        Runnable event = events[last];
        events[last] = Simulation::nothing;
        if (last > 0) {
            sink(time, order, event);
        }
    }

    private void rise(int from, long time, long order, Runnable event) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) / 2;
            if (times[parent] <= time) { // A later order never rises above an earlier one of the same time.
                break;
            }
            move(parent, place);
            place = parent;
        }
        put(place, time, order, event);
    }

    private void sink(long time, long order, Runnable event) {
        int place = 0;
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && isBefore(times[child + 1], orders[child + 1], times[child], orders[child])) {
                child++;
            }
            if (isBefore(time, order, times[child], orders[child])) {
                break;
            }
            move(child, place);
            place = child;
        }
        put(place, time, order, event);
    }

    private static boolean isBefore(long time, long order, long otherTime, long otherOrder) {
        return time < otherTime || (time == otherTime && order < otherOrder);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        events[to] = events[from];
    }

    private void put(int place, long time, long order, Runnable event) {
        times[place] = time;
        orders[place] = order;
        events[place] = event;
    }

    private static void nothing() {}
}
