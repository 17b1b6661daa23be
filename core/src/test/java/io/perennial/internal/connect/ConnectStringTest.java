package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectStringTest {
    @Test
    void takesServersAndChrootApart() {
        ConnectString parsed = ConnectString.parse("zk1:2181,zk2:2182 , zk3/shop/orders");

        assertThat(parsed.servers())
                .containsExactly(new Endpoint("zk1", 2181), new Endpoint("zk2", 2182), new Endpoint("zk3", 2181));
        assertThat(parsed.chroot()).isEqualTo("/shop/orders");
        assertThat(parsed.text()).isEqualTo("zk1:2181,zk2:2182 , zk3/shop/orders");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zk1:2181", "zk1:2181/"})
    void hasNoChroot_whenNoneIsGiven(String text) {
        assertThat(ConnectString.parse(text).chroot()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "[::1]:2182, ::1, 2182, [::1]:2182",
        "[fe80::1], fe80::1, 2181, [fe80::1]:2181",
        "10.0.0.1:1, 10.0.0.1, 1, 10.0.0.1:1",
        "zk:65535, zk, 65535, zk:65535",
    })
    void readsAddressesAndPorts(String text, String host, int port, String shown) {
        assertThat(ConnectString.parse(text).servers()).singleElement().satisfies(server -> {
            assertThat(server).isEqualTo(new Endpoint(host, port));
            assertThat(server).hasToString(shown);
        });
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  ", "\t"})
    void refusesNothing(String text) {
        assertThatThrownBy(() -> ConnectString.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("connectString is ")
                .hasMessageContaining("host:port[,host:port...][/chroot]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zk1:0 | the port 0 in 'zk1:0' is not 1 to 65535",
                "zk1:65536 | the port 65536 in 'zk1:65536' is not 1 to 65535",
                "zk1:-1 | the port -1 in 'zk1:-1' is not 1 to 65535",
                "zk1:abc | the port 'abc' in 'zk1:abc' is not a number",
                "zk1: | the port '' in 'zk1:' is not a number",
                "zk1:99999999999 | is not a number",
                ":2181 | a host name is missing",
                "zk1:2181,,zk2:2181 | a host name is missing",
                "zk1:2181, | a host name is missing",
                "/shop | a host name is missing",
                "zk 1:2181 | has blanks in 'zk 1:2181'",
                "::1:2181 | put an IPv6 address into brackets",
                "[::1:2181 | put an IPv6 address into brackets",
                "[]:2181 | a host name is missing",
                "zk1:2181/a//b | the chroot '/a//b' is not a valid path",
                "zk1:2181/a/ | the chroot '/a/' is not a valid path",
                "zk1:2181/a/../b | the chroot '/a/../b' is not a valid path",
            })
    void namesThePartAtFault(String text, String fault) {
        assertThatThrownBy(() -> ConnectString.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("connectString '" + text + "': ")
                .hasMessageContaining(fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::1]x:2181", "[::1]2181"})
    void refusesWhatFollowsABracket(String text) {
        assertThatThrownBy(() -> ConnectString.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user:hunter2@zk1:2181",
                "hunter2@zk1:2181",
                "http://user:hunter2@zk1:2181",
                "user:hunt/hunter2@zk1:2181/shop",
                "zk1:2181,digest:user:hunter2@zk2",
                "zk1:2181?password=hunter2",
                "zk1?password=hunter2",
                "hunter2@"
            })
    void showsNoCredentials(String text) {
        assertThatThrownBy(() -> ConnectString.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("connectString '")
                .hasMessageContainingAll("***", "host:port[,host:port...][/chroot]", "authorization(...)")
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    @DisplayName("What ZooKeeper's own parser stumbles over does not reach it")
    void isPlain_forTheClient() {
        ConnectString parsed = ConnectString.parse("zk1:2181 ,\u2003zk2,[::1]:\uFF12\u2028/shop");

        assertThat(parsed.forClient()).isEqualTo("zk1:2181,zk2:2181,[::1]:2/shop");
    }

    @Test
    void hasASignInItsChroot_thatIsInNoHost() {
        assertThat(ConnectString.parse("zk1:2181/a@b?c").chroot()).isEqualTo("/a@b?c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zk\u00001:2181", "[x]]:2181", "zk#1"})
    void refusesSignsThatAreInNoHost(String text) {
        assertThatThrownBy(() -> ConnectString.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in no host name");
    }
}
