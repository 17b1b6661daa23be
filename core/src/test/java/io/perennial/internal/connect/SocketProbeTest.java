package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SocketProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    @DisplayName("On a server's own host, its port may be that which a connection to it is given, while it is away")
    void isRefused_byItself() throws Exception {
        InetSocketAddress address;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) free.getLocalSocketAddress();
        }
        var probe = new SocketProbe(true, () -> boundTo(address));

        for (Throwable refused : new Throwable[] {
            catchThrowable(() -> probe.connect(address, PATIENCE)),
            catchThrowable(() -> probe.listen(address, PATIENCE, PATIENCE))
        }) {
            assertThat(refused).isInstanceOf(ConnectException.class);
            assertThat(Reason.isRefusal((ConnectException) refused)).isTrue();
        }
        assertThatCode(() -> new ServerSocket(address.getPort(), 1, address.getAddress()).close())
                .as("the server has its port")
                .doesNotThrowAnyException();
    }

    @Test
    void connects_toWhoListens() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = (InetSocketAddress) server.getLocalSocketAddress();
            assertThatCode(() -> new SocketProbe(true).connect(address, PATIENCE))
                    .doesNotThrowAnyException();
        }
    }

    private static Socket boundTo(InetSocketAddress address) {
        try {
            var socket = new Socket();
            socket.setReuseAddress(true);
            socket.bind(address);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
