package io.perennial.spring.boot;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * How Netty, on which ZooKeeper's TLS client runs, treats host names. Since 4.2 it verifies them by default, and
 * ZooKeeper, made for 4.1, cannot switch that off.
 */
final class NettyHostnames {
    static final String PROPERTY = "io.netty.handler.ssl.defaultEndpointVerificationAlgorithm";

    private NettyHostnames() {}

    /** Whether a client verifies them although ZooKeeper does not ask for it. */
    static boolean areVerifiedAnyway() {
        try {
            SSLEngine engine = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .build()
                    .newEngine(ByteBufAllocator.DEFAULT);
            String algorithm = engine.getSSLParameters().getEndpointIdentificationAlgorithm();
            return algorithm != null && !algorithm.isEmpty();
        } catch (SSLException e) {
            throw new IllegalStateException("the JDK's TLS cannot be used: " + e.getMessage(), e);
        }
    }
}
