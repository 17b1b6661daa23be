package io.perennial.samples.incident;

import io.perennial.samples.server.Relay;
import io.perennial.samples.server.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;

/** One application under observation: its connection to the server, its deployment, and what exists of it over time. */
final class Subject implements AutoCloseable {
    private final Variant variant;
    private final Relay relay;
    private final WebApplication application;
    private final Thread deployer;
    private final Remains remains;
    private final List<Sample> samples = new ArrayList<>();

    /** Deploys nothing yet. */
    Subject(Variant variant, Relay relay, WebApplication application, Container container, CyclicBarrier moment) {
        this.variant = variant;
        this.relay = relay;
        this.application = application;
        this.deployer = new Thread(() -> deploy(container, moment), "incident-deployer-" + variant.key());
        this.deployer.setDaemon(true);
        this.remains = new Remains(deployer);
    }

    Variant variant() {
        return variant;
    }

    Relay relay() {
        return relay;
    }

    void deploy() {
        deployer.start();
    }

    /** Whether the attempt to start it is over. */
    boolean isOver() {
        return !deployer.isAlive();
    }

    /** Whether it is the application that runs on {@code thread}. */
    boolean isRunBy(Thread thread) {
        return remains.isRunBy(thread);
    }

    Sample look(Stopwatch clock, Server server, TomcatLog tomcatLog) {
        var sample = new Sample(
                clock.seconds(),
                relay.open(),
                remains.threads().size(),
                server.hasNode(variant.node()),
                tomcatLog.bytes(variant),
                remains.isLoaderCollected());
        samples.add(sample);
        return sample;
    }

    /** All that was seen, on a clock that started when the start failed. */
    Course course(Stopwatch clock, double failedAt) {
        return new Course(
                variant,
                relay.accepted().stream().map(at -> clock.at(at) - failedAt).toList(),
                samples.stream().map(sample -> sample.after(failedAt)).toList(),
                remains.threads().stream().map(Thread::getName).sorted().toList());
    }

    @Override
    public void close() throws IOException {
        relay.close();
    }

    private void deploy(Container container, CyclicBarrier moment) {
        container.deploy(application, variant, moment, remains);
    }
}
