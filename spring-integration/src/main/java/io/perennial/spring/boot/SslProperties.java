package io.perennial.spring.boot;

import org.jspecify.annotations.Nullable;

/** TLS to the servers. */
class SslProperties {
    /**
     * SSL bundle (spring.ssl.bundle.*) to connect with.
     */
    private @Nullable String bundle;

    /**
     * Whether the server's certificate must name the host connected to. With Netty 4.2, false also needs
     * -Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE.
     */
    private boolean hostnameVerification = true;

    public @Nullable String getBundle() {
        return bundle;
    }

    public void setBundle(@Nullable String bundle) {
        this.bundle = bundle;
    }

    public boolean isHostnameVerification() {
        return hostnameVerification;
    }

    public void setHostnameVerification(boolean hostnameVerification) {
        this.hostnameVerification = hostnameVerification;
    }
}
