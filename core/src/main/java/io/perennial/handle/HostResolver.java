package io.perennial.handle;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Resolves names; the JVM's resolver, or a test's. */
@FunctionalInterface
interface HostResolver {
    /** All addresses of a host; blocks. */
    InetAddress[] resolve(String host) throws UnknownHostException;
}
