package io.perennial.benchmarks.scale;

import org.jspecify.annotations.Nullable;

/** One client on its way back to a session. */
final class Client {
    /** What those who wait for it are told. */
    interface Owner {
        /** It has a session again: the old one, or a new one. */
        void attached(Client client, boolean isNew);
    }

    private final Ensemble ensemble;
    private final Simulation simulation;
    private final Reconnecting way;
    private final long timeout;
    private final Owner owner;
    private final @Nullable Station host;
    private final Simulation.Lane patience;
    private final Simulation.Lane connectTimeout;
    private int server;
    private int made;
    private int empty;
    private int hungUp;
    private int crowds;
    private boolean hungUpInRound;
    /** Counts attempts, so that what comes of one that was given up is recognised. */
    private int attempt;

    private boolean attached;
    private boolean hasSession = true;

    /**
     * A client that has lost its connection.
     *
     * @param host cores that it shares with others, or null
     */
    Client(Ensemble ensemble, Reconnecting way, long timeout, @Nullable Station host, Owner owner) {
        this.ensemble = ensemble;
        this.simulation = ensemble.simulation();
        this.way = way;
        this.timeout = timeout;
        this.host = host;
        this.connectTimeout = simulation.lane(connectTimeout());
        this.patience = simulation.lane(way.patience(connectTimeout()));
        this.owner = owner;
        this.server = (int) simulation.random(ensemble.servers().size());
    }

    Server server() {
        return ensemble.servers().get(server);
    }

    boolean isAttached() {
        return attached;
    }

    /** The servers have expired its session; it learns of that from the next one that it reaches. */
    void expired() {
        hasSession = false;
    }

    void lost() {
        simulation.after(way.cleanup(), this::next);
    }

    private void next() {
        int servers = ensemble.servers().size();
        boolean roundIsOver = made > 0 && made % servers == 0;
        if (roundIsOver) {
            if (hungUpInRound) {
                hungUp++;
            } else {
                empty++;
            }
        }
        long pause = way.pause(simulation, made, servers, empty, hungUpInRound ? hungUp : 0, timeout);
        if (roundIsOver) {
            hungUpInRound = false;
        }
        boolean looks = way.looks(made, servers);
        made++;
        server = (server + 1) % servers;
        if (looks) {
            simulation.after(pause, this::look);
        } else {
            simulation.after(pause + way.pauseOfClient(simulation), this::connect);
        }
    }

    private void look() {
        int current = ++attempt;
        work(
                Clients.LOOK,
                () -> ensemble.send(() -> server().listener().connect(new Look(current), () -> attempt == current)));
        patience.plan(() -> {
            if (attempt == current) {
                attempt++;
                simulation.after(way.pauseOfCrowd(simulation, crowds++), this::next);
            }
        });
    }

    private void connect() {
        int current = ++attempt;
        work(
                Clients.CONNECT,
                () -> ensemble.send(
                        () -> server().listener().connect(new Connection(current), () -> attempt == current)));
        connectTimeout.plan(() -> {
            if (attempt == current && !attached) {
                attempt++;
                lost();
            }
        });
    }

    /** The client's share of the session's timeout, see {@code ConnectionGate.size()}. */
    private long connectTimeout() {
        return Math.min(10 * Nanos.SECOND, timeout / ensemble.servers().size());
    }

    private void work(long cost, Runnable done) {
        if (host == null) {
            done.run();
        } else {
            host.submit(cost, done);
        }
    }

    private void attach(int current, Server at) {
        if (hasSession) {
            ensemble.revalidate(at, () -> {
                if (attempt != current) {
                    return;
                }
                if (hasSession) {
                    attached(false);
                } else {
                    attempt++; // It has expired: a new handle connects, the server being known to be there.
                    connect();
                }
            });
        } else {
            ensemble.open(at, () -> {
                if (attempt == current) {
                    attached(true);
                }
            });
        }
    }

    private void attached(boolean isNew) {
        work(Clients.ATTACH, () -> {
            attached = true;
            attempt++;
            owner.attached(this, isNew);
        });
    }

    /** A connection that is closed as soon as it is made. */
    private final class Look implements Listener.Caller {
        private final int current;

        Look(int current) {
            this.current = current;
        }

        @Override
        public void established() {
            ensemble.send(() -> {
                if (attempt == current) {
                    attempt++;
                    crowds = 0;
                    simulation.after(way.pauseOfClient(simulation), Client.this::connect);
                }
            });
        }

        @Override
        public void accepted() {}

        @Override
        public void refused() {
            ensemble.send(() -> {
                if (attempt == current) {
                    attempt++;
                    next();
                }
            });
        }
    }

    private final class Connection implements Listener.Caller {
        private final int current;

        Connection(int current) {
            this.current = current;
        }

        @Override
        public void established() {}

        @Override
        public void accepted() {
            Server at = server();
            if (!at.isServing()) {
                ensemble.send(() -> {
                    if (attempt == current) {
                        hungUpInRound = true;
                        refused();
                    }
                });
            } else {
                attach(current, at);
            }
        }

        @Override
        public void refused() {
            if (attempt == current) {
                attempt++;
                lost();
            }
        }
    }
}
