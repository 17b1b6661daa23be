package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.listen.StandardListenerManager;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("K7")
class CuratorListenersTest {
    private final CuratorFramework curator =
            CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1)); // not started
    private final CuratorListeners listeners = new CuratorListeners(
            StandardListenerManager.<ConnectionStateListener>standard(),
            () -> this.losses,
            new ThrottledLog("orders", Ticker.system()));
    private long losses;
    private Runnable whenAsked = () -> {};
    private final List<ConnectionState> heard = new ArrayList<>();

    private void tell(ConnectionState state) {
        listeners.forEach(listener -> listener.stateChanged(curator, state));
    }

    @Test
    void hearLostAtTheEnd_andNothingThen() {
        listeners.addListener((client, state) -> heard.add(state));
        tell(ConnectionState.CONNECTED);

        listeners.reportLost(curator);
        tell(ConnectionState.RECONNECTED);

        assertThat(heard).containsExactly(ConnectionState.CONNECTED, ConnectionState.LOST);
    }

    @Test
    void hearNothingAtTheEnd_norThen_whenNothingWasTold() {
        listeners.addListener((client, state) -> heard.add(state));

        listeners.reportLost(curator);
        tell(ConnectionState.CONNECTED);

        assertThat(heard).isEmpty();
    }

    @Test
    void hearLostOnce_whenTheSessionWasLostAlready() {
        listeners.addListener((client, state) -> heard.add(state));
        tell(ConnectionState.LOST);

        listeners.reportLost(curator);

        assertThat(heard).containsExactly(ConnectionState.LOST);
    }

    @Test
    void hearLostLast_whenTheSessionEndsWhileTheyAreToldSomethingElse() {
        listeners.addListener((client, state) -> {
            if (state == ConnectionState.RECONNECTED) {
                listeners.reportLost(curator); // as the closing thread does, meanwhile
            }
        });
        listeners.addListener((client, state) -> heard.add(state));
        tell(ConnectionState.SUSPENDED);

        tell(ConnectionState.RECONNECTED);

        assertThat(heard).startsWith(ConnectionState.SUSPENDED).endsWith(ConnectionState.LOST);
    }

    @Test
    @Tag("C7")
    void hearNothingOfALossThatIsNone() {
        listeners.addListener((client, state) -> heard.add(state));
        losses = 1;
        tell(ConnectionState.LOST);
        tell(ConnectionState.RECONNECTED);

        tellConnected(ConnectionState.LOST, ConnectionState.RECONNECTED);
        tell(ConnectionState.SUSPENDED);

        assertThat(heard).containsExactly(ConnectionState.LOST, ConnectionState.RECONNECTED, ConnectionState.SUSPENDED);
    }

    @Test
    void hearOfEachRealLoss_alsoWhenItIsToldLate() {
        listeners.addListener((client, state) -> heard.add(state));
        losses = 1;
        List<ConnectionState> states = List.of(
                ConnectionState.CONNECTED,
                ConnectionState.LOST,
                ConnectionState.RECONNECTED,
                ConnectionState.SUSPENDED,
                ConnectionState.LOST,
                ConnectionState.RECONNECTED);

        tellConnected(states.toArray(ConnectionState[]::new));

        assertThat(heard).isEqualTo(states);
    }

    @Test
    @Tag("C7")
    void hearOfARealLoss_afterOneThatIsNone() {
        listeners.addListener((client, state) -> heard.add(state));
        tell(ConnectionState.CONNECTED);
        tellConnected(ConnectionState.LOST, ConnectionState.RECONNECTED);

        losses = 1;
        tellConnected(ConnectionState.LOST, ConnectionState.RECONNECTED);

        assertThat(heard).containsExactly(ConnectionState.CONNECTED, ConnectionState.LOST, ConnectionState.RECONNECTED);
    }

    @Test
    void hearOfALoss_thatARequestInTheBackgroundToldCuratorFirst() {
        listeners.addListener((client, state) -> heard.add(state));
        tell(ConnectionState.CONNECTED);

        whenAsked = () -> losses++;
        tellConnected(ConnectionState.LOST, ConnectionState.RECONNECTED);

        assertThat(heard).containsExactly(ConnectionState.CONNECTED, ConnectionState.LOST, ConnectionState.RECONNECTED);
    }

    @Test
    void hearOfALossStraightAfterAConnection_whenCuratorStaysDisconnected() {
        listeners.addListener((client, state) -> heard.add(state));
        tell(ConnectionState.CONNECTED);

        tell(ConnectionState.LOST);
        tell(ConnectionState.RECONNECTED);

        assertThat(heard).containsExactly(ConnectionState.CONNECTED, ConnectionState.LOST, ConnectionState.RECONNECTED);
    }

    /** While Curator's state is a connection again. */
    private void tellConnected(ConnectionState... states) {
        var connected = (CuratorFramework) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CuratorFramework.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("blockUntilConnected");
                    whenAsked.run();
                    return true;
                });
        for (ConnectionState state : states) {
            listeners.forEach(listener -> listener.stateChanged(connected, state));
        }
    }
}
