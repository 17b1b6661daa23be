package io.perennial.internal.connect;

import io.perennial.internal.connect.ModelNetwork.Server;
import io.perennial.testing.Broken;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

/** ZooKeeper's SendThread, with its habits around a gate. */
final class ModelSendThread {
    private static final long SPIN_DELAY = 1_000;
    private static final int LONGEST_PAUSE = 1_000;
    private static final long CLEANING_UP = 100;
    private static final long FIRST_PING = 100;
    private static final long LONGEST_PING = 60_000;

    private final GatePlay play;
    private final GateRules rules;
    private final ConnectionGate gate;
    private boolean alive = true;
    private boolean closing;
    private boolean first = true;
    private boolean cut;
    private Server connectedTo;
    private InetSocketAddress readWrite;
    private int complaints;
    private int grantedMillis;
    /** When each came that waits for a connection. */
    private final List<Long> requests = new ArrayList<>();

    ModelSendThread(GatePlay play, ConnectionGate gate) {
        this.play = play;
        this.rules = play.rules();
        this.gate = gate;
    }

    void run() {
        while (alive) {
            try {
                if (closing) {
                    break;
                }
                turn();
            } catch (GatePlay.Curtain | Broken e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                if (closing) {
                    break;
                }
                complaints++;
                play.note("the client closes the connection: ", e.getMessage());
                lost();
                play.pass(
                        GatePlace.CLEANING_UP, play.setting().prompt() ? 0 : GatePlay.millis(CLEANING_UP), () -> false);
            }
        }
        alive = false;
        requests.clear();
        lost();
        rules.threadEnded();
    }

    private void turn() throws IOException {
        if (connectedTo != null) {
            stay();
            return;
        }
        InetSocketAddress address = readWrite;
        readWrite = null;
        if (address == null) {
            rules.comes();
            address = gate.next(SPIN_DELAY);
            rules.letThrough(address);
        } else {
            rules.goesPastTheGate();
        }
        pause();
        if (!alive) {
            throw new IOException("Connection has already been closed and reconnection is not allowed");
        }
        long timeout = sessionTimeout().toNanos() / gate.size();
        rules.pace().givesUpAfter(timeout, sessionTimeout());
        boolean readOnly;
        Server server;
        try {
            server = play.network().connect(GatePlace.CONNECTING, address, timeout, this::isOver);
            readOnly = play.network().shakeHands(server, timeout, this::isOver);
        } catch (IOException e) {
            rules.attemptFailed(e instanceof SocketTimeoutException, timeout);
            throw e;
        }
        grantedMillis = (int) play.setting().granted().toMillis();
        gate.onConnected();
        connectedTo = server;
        cut = false;
        requests.clear();
        rules.connected(readOnly);
    }

    private Duration sessionTimeout() {
        return grantedMillis > 0
                ? Duration.ofMillis(grantedMillis)
                : play.setting().session();
    }

    /** Its next attempt is to be made at once. */
    void promptly() {
        first |= play.setting().prompt();
    }

    /** Its own, whatever the gate has waited for; an interrupt ends it. */
    private void pause() {
        if (!first) {
            long nanos = GatePlay.millis(play.random().nextInt(LONGEST_PAUSE));
            play.pass(GatePlace.CLIENTS_PAUSE, nanos, play::isInterrupted);
            play.clearInterrupt();
        }
        first = false;
    }

    private boolean isOver() {
        return !alive || closing;
    }

    private void stay() throws IOException {
        Server server = connectedTo;
        if (server.manner() == Manner.READ_ONLY) {
            seekReadWriteServer(server);
        } else {
            play.network().stay(GatePlace.CONNECTED, server, GatePlay.FOR_EVER, () -> cut || isOver());
        }
        throw new IOException("lost");
    }

    private void seekReadWriteServer(Server server) throws IOException {
        for (long ping = FIRST_PING; ; ping = Math.min(2 * ping, LONGEST_PING)) {
            // A server that joins a quorum sends its read-only clients away.
            BooleanSupplier over = () -> cut || isOver() || server.manner() != Manner.READ_ONLY;
            play.network().stay(GatePlace.READ_ONLY, server, GatePlay.millis(ping), over);
            if (over.getAsBoolean()) {
                return;
            }
            InetSocketAddress other = gate.next(0);
            if (play.network().server(other).manner() == Manner.GIVES) {
                readWrite = other;
                throw new IOException("found a server with a quorum");
            }
        }
    }

    private void lost() {
        requests.clear();
        if (connectedTo != null) {
            connectedTo = null;
            rules.lost();
        }
        cut = false;
    }

    void cut() {
        cut = true;
    }

    boolean isConnected() {
        return connectedTo != null;
    }

    boolean isAlive() {
        return alive;
    }

    int grantedMillis() {
        return grantedMillis;
    }

    int complaints() {
        return complaints;
    }

    /** Its state is CLOSED. */
    void die() {
        alive = false;
    }

    /** A close waits in its queue. */
    void close() {
        closing = true;
    }

    /**
     * A synchronous request, which may wait for longer by that much; it is answered at once, fails, or waits for what
     * becomes of the connection.
     */
    void ask(long late) {
        if (alive && connectedTo == null) {
            requests.add(rules.heldSoFar() + late);
        }
    }

    /** Since when the eldest waits; -1 when none does. */
    long eldestRequest() {
        return requests.isEmpty() ? -1 : Collections.min(requests);
    }
}
