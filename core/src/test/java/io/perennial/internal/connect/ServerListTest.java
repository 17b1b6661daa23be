package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ServerListTest {
    private static final Endpoint ZK1 = new Endpoint("zk1", 1);
    private static final Endpoint ZK2 = new Endpoint("zk2", 2);
    private static final Endpoint ZK3 = new Endpoint("zk3", 3);
    private static final Endpoint ZK4 = new Endpoint("zk4", 4);

    private final SplittableRandom random = new SplittableRandom(1);
    private final AtomicInteger lookUps = new AtomicInteger();
    private final HostResolver resolver = host ->
            new InetAddress[] {InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) lookUps.incrementAndGet()})};

    private ServerList list(Endpoint... servers) {
        return new ServerList(List.of(servers), resolver, random);
    }

    @Test
    void takesServersInTurn() {
        ServerList list = list(ZK1, ZK2, ZK3);
        List<Endpoint> firstRound = List.of(list.next(), list.next(), list.next());

        assertThat(firstRound).containsExactlyInAnyOrder(ZK1, ZK2, ZK3);
        assertThat(List.of(list.next(), list.next(), list.next())).isEqualTo(firstRound);
    }

    @Test
    void doesNotLetAllClientsBeginWithTheSameServer_norGoOnWithTheSame() {
        Set<List<Endpoint>> rounds = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            ServerList list = list(ZK1, ZK2, ZK3);
            rounds.add(List.of(list.next(), list.next(), list.next()));
        }

        assertThat(rounds).as("every order").hasSize(6);
    }

    @Test
    @Tag("S-09")
    void followsOthers_andKeepsItsTurn_whileTheyAreTheSame() {
        ServerList list = list(ZK1, ZK2, ZK3);
        var round = new HashSet<Endpoint>();
        for (int i = 0; i < 3; i++) {
            assertThat(list.follow(List.of(ZK3, ZK2, ZK1))).isFalse();
            round.add(list.next());
        }
        assertThat(round).containsExactlyInAnyOrder(ZK1, ZK2, ZK3);

        assertThat(list.follow(List.of(ZK4, ZK1))).isTrue();
        assertThat(List.of(list.next(), list.next())).containsExactlyInAnyOrder(ZK4, ZK1);
        assertThat(list.size()).isEqualTo(2);
        assertThat(list.all()).containsExactlyInAnyOrder(ZK4, ZK1);
        assertThat(list.lists(ZK1)).isTrue();
        assertThat(list.lists(ZK2)).isFalse();
    }

    @Test
    @Tag("S-55")
    void resolvesTheNameAnew_andKeepsItOnTheAddress() throws Exception {
        ServerList list = list(ZK1);

        assertThat(list.resolve(ZK1)).hasToString("zk1/10.0.0.1:1");
        assertThat(list.resolve(ZK1)).hasToString("zk1/10.0.0.2:1");
    }
}
