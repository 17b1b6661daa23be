package io.perennial.soak.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkTest {
    @TempDir
    Path directory;

    private Network network;
    private int port;

    @BeforeEach
    void open() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            network = new Network(List.of(free.getLocalPort()), directory.resolve("hosts"));
        }
        port = Integer.parseInt(network.connectString().replaceAll(".*:", ""));
    }

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void knowsServersByNames() {
        assertThat(network.connectString()).isEqualTo("zk1:" + port);
        assertThat(names()).contains("127.0.0.1 zk1");
    }

    @Test
    void keepsNamesAndPorts_whenAddressesChange() throws IOException {
        network.begin(fault(Verb.CHANGE_ADDRESSES));

        assertThat(network.connectString()).isEqualTo("zk1:" + port);
        assertThat(names()).contains("127.0.0.2 zk1");
        connect("127.0.0.2");
        assertThatThrownBy(() -> connect("127.0.0.1")).isInstanceOf(ConnectException.class);
    }

    @Test
    void keepsAFault_whenAnotherOfItsKindEnds() throws IOException {
        Fault longer = fault(Verb.REFUSE);
        Fault shorter = fault(Verb.SLAM_SHUT);
        network.begin(longer);
        network.begin(shorter);

        network.end(shorter);
        assertThatThrownBy(() -> connect("127.0.0.1")).isInstanceOf(ConnectException.class);

        network.end(longer);
        connect("127.0.0.1");
    }

    @Test
    void keepsAFault_whenAddressesChange() {
        network.begin(fault(Verb.REFUSE));
        network.begin(fault(Verb.CHANGE_ADDRESSES));

        assertThatThrownBy(() -> connect("127.0.0.2")).isInstanceOf(ConnectException.class);
    }

    @Test
    void forgetsNames_untilItIsHealed() {
        network.begin(fault(Verb.FORGET_NAMES));
        network.begin(fault(Verb.CHANGE_ADDRESSES));
        assertThat(names()).doesNotContain("zk1");

        network.heal();
        assertThat(names()).contains("127.0.0.2 zk1");
    }

    private String names() {
        try {
            return Files.readString(directory.resolve("hosts"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void connect(String host) throws IOException {
        new Socket(host, port).close();
    }

    private static Fault fault(Verb verb) {
        return new Fault(Duration.ZERO, verb, Fault.ALL, Duration.ofSeconds(1), 0);
    }
}
