package io.perennial.benchmarks.scale;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A listening socket, as Linux has it: a connection is made by the kernel and waits in the accept queue; when that is
 * full, the SYN is dropped, and the client's kernel sends it again after 1, 3, 7 and 15 s.
 */
final class Listener {
    private static final long FIRST_RETRANSMISSION = Nanos.SECOND;
    private static final int MOST_RETRANSMISSIONS = 6; // tcp_syn_retries

    private final Simulation simulation;
    private final int backlog;
    private final Consumer<Runnable> accept;
    private int queue;
    private boolean open = true;
    private long dropped;

    /**
     * A socket that listens.
     *
     * @param backlog as given to {@code listen}; the kernel lets one more in
     * @param accept does the work of accepting, and runs what it gets when that is done
     */
    Listener(Simulation simulation, int backlog, Consumer<Runnable> accept) {
        this.simulation = simulation;
        this.backlog = backlog;
        this.accept = accept;
    }

    /** What becomes of an attempt. */
    interface Caller {
        /** The kernel has made the connection. */
        void established();

        /** The server has taken it. */
        void accepted();

        /** Nobody listens. */
        void refused();
    }

    /**
     * A SYN arrives.
     *
     * @param wanted whether the client still waits
     */
    void connect(Caller caller, BooleanSupplier wanted) {
        connect(caller, wanted, FIRST_RETRANSMISSION, 0);
    }

    private void connect(Caller caller, BooleanSupplier wanted, long retransmission, int sent) {
        if (!wanted.getAsBoolean()) {
            return;
        }
        if (!open) {
            caller.refused();
        } else if (queue > backlog) {
            dropped++;
            if (sent < MOST_RETRANSMISSIONS) {
                simulation.after(retransmission, () -> connect(caller, wanted, 2 * retransmission, sent + 1));
            }
        } else {
            queue++;
            accept.accept(() -> {
                queue--;
                caller.accepted();
            });
            caller.established();
        }
    }

    void setOpen(boolean isOpen) {
        open = isOpen;
    }

    /** How many SYNs found no place. */
    long dropped() {
        return dropped;
    }
}
