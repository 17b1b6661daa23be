package io.perennial.samples.shop.stage;

import io.perennial.samples.server.Directories;
import io.perennial.samples.server.Server;
import io.perennial.samples.shop.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server, an operator, and instances of the service that run against it. Not thread-safe. */
final class Stage implements AutoCloseable {
    private final Path directory;
    private final Server server;
    private final List<Instance> instances = new ArrayList<>();
    private final Operator operator;

    private Stage(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        server = new Server(directory);
        server.start();
        operator = new Operator(server);
    }

    /** All are started when it returns. If one cannot start, it throws, and leaves nothing behind. */
    static Stage start(Options options) throws IOException, InterruptedException {
        var stage = new Stage(Files.createTempDirectory("perennial-shop-"));
        try {
            stage.operator.change(new Settings("Welcome", 10));
            for (int i = 0; i < options.instances(); i++) {
                stage.add(options, i);
            }
            return stage;
        } catch (RuntimeException | Error | IOException e) {
            stage.close();
            throw e;
        }
    }

    private void add(Options options, int index) throws IOException {
        instances.add(new Instance(options, index, server, operator));
    }

    List<Instance> instances() {
        return List.copyOf(instances);
    }

    Server server() {
        return server;
    }

    Operator operator() {
        return operator;
    }

    /** The instances first, so that they can still close their sessions at the server. */
    @Override
    public void close() {
        instances.forEach(Instance::close);
        operator.close();
        try {
            server.close();
            Directories.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
