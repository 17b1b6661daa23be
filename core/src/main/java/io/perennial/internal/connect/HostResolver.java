package io.perennial.internal.connect;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.random.RandomGenerator;

/** Resolves names; the JVM's resolver, or a test's. */
@FunctionalInterface
public interface HostResolver {
    /** All addresses of a host; blocks. */
    InetAddress[] resolve(String host) throws UnknownHostException;

    /** One of a host's addresses, with the name, which TLS checks its peer against; blocks. */
    default InetAddress one(String host, RandomGenerator random) throws UnknownHostException {
        return one(host, resolve(host), random);
    }

    /** One of those addresses. */
    static InetAddress one(String host, InetAddress[] all, RandomGenerator random) throws UnknownHostException {
        InetAddress chosen = all[random.nextInt(all.length)];
        if (chosen instanceof Inet6Address scoped && scoped.getScopeId() != 0) {
            // A link-local address means nothing without its interface (C16).
            return Inet6Address.getByAddress(host, scoped.getAddress(), scoped.getScopeId());
        }
        return InetAddress.getByAddress(host, chosen.getAddress());
    }
}
