package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.test.ZooKeeperServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A login for SASL that no file has: set by code, as Hadoop, HBase and Spring's helpers do. */
@ExtendWith(NoLeaks.class)
class SaslLoginIT {
    private static final String FIPS_MODE = "zookeeper.fips-mode";
    private static final String USER = "alice";
    private static final String PASSWORD = "password-of-alice";

    /** DIGEST needs it. */
    @BeforeEach
    void logIn() {
        System.setProperty(FIPS_MODE, "false");
        Configuration.setConfiguration(new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String section) {
                return section.equals("Client") ? new AppConfigurationEntry[] {login()} : null;
            }
        });
    }

    private static AppConfigurationEntry login() {
        return new AppConfigurationEntry(
                DigestLoginModule.class.getName(),
                LoginModuleControlFlag.REQUIRED,
                Map.of("username", USER, "password", PASSWORD));
    }

    @AfterEach
    void logOut() {
        System.clearProperty(FIPS_MODE);
        Configuration.setConfiguration(null);
    }

    @Test
    @Tag("J1")
    @DisplayName("The session is not anonymous: it makes a node of which it is the owner by name")
    void isUsed() throws Exception {
        try (var server = ZooKeeperServers.process()
                .saslUser(USER, PASSWORD)
                .requireAuthentication()
                .start()) {
            Contexts.plain()
                    .withPropertyValues("perennial.connect-string=" + server.connectString())
                    .run(context -> {
                        ResilientSession session = context.getBean(ResilientSession.class);
                        assertThat(session.awaitConnected(Duration.ofSeconds(60)))
                                .isTrue();
                        List<ACL> hers = List.of(new ACL(Perms.ALL, new Id("sasl", USER)));
                        session.curator().create().withACL(hers).forPath("/hers", new byte[0]);
                        assertThat(session.curator().getACL().forPath("/hers")).isEqualTo(hers);
                    });
        }
    }
}
