package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server without its data refuses clients that have seen a higher transaction, and does not tell them Expired. */
@ExtendWith(NoLeaks.class)
@Tag("S-10")
class WipedServerIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    @DisplayName("The dead session is given up when its lease has run out, and a new one works")
    void beginsTheNextGeneration_whenTheServersDataIsGone() throws Exception {
        ResilientSession session = rig.connect(SessionRig.SESSION_TIMEOUT);
        long id = idOf(session);
        for (int i = 0; i < 20; i++) {
            session.curator()
                    .create()
                    .forPath("/lasting-" + i); // seen by the client, and more than the server will have
        }

        rig.server().wipe();
        Sessions.awaitGeneration(session, 2);

        assertThat(idOf(session)).isNotEqualTo(id);
        assertThat(session.curator().checkExists().forPath("/lasting-0")).isNull();
        session.curator().create().forPath("/lasting-0");
        eventually(() -> assertThat(rig.heard().states()).endsWith(LOST, RESTORING, CONNECTED));
        assertThat(rig.heard().to(LOST)).hasSize(1);
    }
}
