package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HostResolverTest {
    private static final byte[] LINK_LOCAL = {(byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    @Test
    @Tag("C16")
    void keepsTheInterfaceOfALinkLocalAddress() throws Exception {
        HostResolver resolver = host -> new InetAddress[] {Inet6Address.getByAddress("other", LINK_LOCAL, 3)};

        InetAddress one = resolver.one("zk1", new SplittableRandom(1));

        assertThat(one.getHostName()).isEqualTo("zk1");
        assertThat(((Inet6Address) one).getScopeId()).isEqualTo(3);
    }

    @Test
    void keepsTheNameWithTheAddress() throws Exception {
        HostResolver resolver = host -> new InetAddress[] {InetAddress.getByAddress(new byte[] {10, 0, 0, 1})};

        assertThat(resolver.one("zk1", new SplittableRandom(1))).hasToString("zk1/10.0.0.1");
    }
}
