package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class ServerDefaultsTest {
    @Test
    void leavesAlone_whatIsSetAlready() {
        var system = new Properties();
        system.setProperty("zookeeper.forceSync", "yes");

        ServerDefaults.setWhereAbsent(system);

        assertThat(system)
                .containsEntry("zookeeper.forceSync", "yes")
                .containsEntry("zookeeper.admin.enableServer", "false")
                .hasSize(5);
    }

    @Test
    void givesAJvmTheSame() {
        assertThat(ServerDefaults.jvmOptions())
                .hasSize(5)
                .contains("-Dzookeeper.forceSync=no", "-Dzookeeper.4lw.commands.whitelist=*");
    }
}
