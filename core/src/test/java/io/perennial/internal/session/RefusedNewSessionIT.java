package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.test.RefusingServer;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Tag("C15")
@Tag("S-59")
class RefusedNewSessionIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    @AutoClose
    private final RefusingServer refusing = new RefusingServer();

    @Test
    void triesMoreAndMoreSlowly_andRecoversByItself() throws Exception {
        rig.proxy().setTarget("127.0.0.1", refusing.port());
        ResilientSession session = rig.start(b -> b.sessionTimeout(Duration.ofSeconds(20)));

        eventually(() -> assertThat(session.report().inState()).isGreaterThan(Duration.ofSeconds(2)));
        assertThat(session.state()).isEqualTo(CONNECTING);
        // With bounds of 1, 2, 4, 5 ... s the chance of so many in so short a time is nil; without there were 130.
        assertThat(refusing.refused()).isBetween(1, 12);
        assertThat(rig.logLines())
                .filteredOn(line -> line.contains("refuse each new session"))
                .isNotEmpty();

        rig.proxy().setTarget("127.0.0.1", rig.server().port());
        awaitState(session, CONNECTED);
        assertThat(generationOf(session)).isEqualTo(1);
    }
}
