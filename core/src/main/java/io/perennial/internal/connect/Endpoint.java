package io.perennial.internal.connect;

import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server's unresolved name and port.
 *
 * @param host name or address
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /** Whether that is the address of this name, or this address itself. */
    boolean names(InetSocketAddress address) {
        boolean sameHost = host.equals(address.getHostString())
                || (address.getAddress() != null
                        && host.equals(address.getAddress().getHostAddress()));
        return sameHost && port == address.getPort();
    }

    /** Written out: the generated ones would make the JDK (17) hold a stopped application's loader. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Endpoint that && host.equals(that.host) && port == that.port;
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port);
    }
}
