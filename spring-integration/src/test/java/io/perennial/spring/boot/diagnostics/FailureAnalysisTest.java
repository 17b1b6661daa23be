package io.perennial.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.spring.ZooKeeperNode;
import io.perennial.spring.ZooKeeperWatch;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

class FailureAnalysisTest {
    /** Nothing listens on that port. */
    private static final String NOBODY = "127.0.0.1:1";

    @Test
    void ofNoConnectString_saysWhatToSet() {
        assertThat(FailedStart.of("perennial.name=orders"))
                .contains("Session 'orders' does not know its ZooKeeper servers")
                .contains("'perennial.connect-string' nor 'spring.cloud.zookeeper.connect-string' is set")
                .contains("set 'perennial.connect-string' to host:port[,host:port...][/chroot]")
                .contains("'perennial.enabled' to false");
    }

    @Test
    void ofANamedSessionsMissingConnectString_namesItsProperty() {
        assertThat(FailedStart.of("perennial.sessions.stock.namespace=stock"))
                .contains("Session 'stock' does not know")
                .contains("set 'perennial.sessions.stock.connect-string' to");
    }

    @Test
    void ofServersThatAreNotThere_saysWhatWasTriedForHowLong() {
        String servers = NOBODY;
        String said = FailedStart.of(
                "perennial.connect-string=" + servers, "perennial.fail-fast-timeout=700ms", "perennial.fail-fast=true");

        assertThat(said)
                .contains("'perennial.fail-fast' is true")
                .contains("Its state is CONNECTING: no server has granted it a session")
                .contains("LATENT -> CONNECTING")
                .contains("zkServer.sh status")
                .contains("'perennial.ssl.bundle'")
                .contains("raise 'perennial.fail-fast-timeout'");
        Matcher waited = Pattern.compile("Session 'zookeeper' was not connected to " + servers + " after (\\d+) ms")
                .matcher(said);
        assertThat(waited.find()).as(said).isTrue();
        assertThat(Long.parseLong(waited.group(1))).isBetween(700L, 60_000L);
    }

    @Test
    @Tag("J6")
    void ofAnAuthorizationWithoutCredentials_namesItsProperty() {
        assertThat(FailedStart.of(
                        "perennial.connect-string=localhost:1",
                        "perennial.authorizations[0]=digest:a:b",
                        "perennial.authorizations[1]=digest:"))
                .contains("'perennial.authorizations[1]' (7 characters, not shown")
                .contains("it must be scheme:auth");
    }

    static class UnresolvedWatch {
        @ZooKeeperWatch("/config/${no.such.application}")
        void changed(String text) {}
    }

    static class UnresolvedNode {
        @ZooKeeperNode(path = "/workers/${no.such.application}")
        String address() {
            return "";
        }
    }

    static class StrangeNode {
        @ZooKeeperNode(path = "/workers//one")
        String address() {
            return "";
        }
    }

    static class NobodysWatch {
        @ZooKeeperWatch(path = "/config", session = "nobody")
        void changed(String text) {}
    }

    @ParameterizedTest
    @Tag("J9")
    @CsvSource({
        "UnresolvedWatch, no.such.application, Set the property",
        "UnresolvedNode, no.such.application, Set the property",
        "StrangeNode, /workers//one, Correct the path",
        "NobodysWatch, session 'nobody', Define that session"
    })
    void ofAWrongAnnotation_namesTheMethod_andWhatToDo(String bean, String wrong, String remedy) throws Exception {
        Class<?> type = Class.forName(FailureAnalysisTest.class.getName() + "$" + bean);

        assertThat(FailedStart.of(List.of(type), "perennial.connect-string=" + NOBODY, "perennial.close-timeout=1s"))
                .contains("APPLICATION FAILED TO START", bean + ".", wrong, remedy);
    }

    @Test
    void ofAnAuthorizationWithoutScheme_doesNotShowIt() {
        assertThat(FailedStart.of("perennial.connect-string=localhost:1", "perennial.authorizations[0]=s3cret"))
                .contains("'perennial.authorizations[0]' (6 characters, not shown")
                .contains("it must be scheme:auth")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"joe:s3cret@zk1:2181", "http://s3cret@zk1", "zk1?password=s3cret"})
    void ofCredentialsInAConnectString_doesNotShowThem(String servers) {
        assertThat(FailedStart.of("perennial.connect-string=" + servers))
                .contains("'perennial.connect-string' (" + servers.length() + " characters, not shown")
                .contains("host:port[,host:port...][/chroot]", "authorization")
                .doesNotContain("s3cret");
    }

    @Test
    void ofAnAuthorizationWithABlankScheme_namesItsProperty() {
        assertThat(FailedStart.of("perennial.connect-string=localhost:1", "perennial.authorizations[0]= :s3cret"))
                .contains("'perennial.authorizations[0]'")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "1.5.22.RELEASE,",
        "2.7.18,",
        "3.4.13,",
        "3.5.0, BOOT3",
        "3.5.15, BOOT3",
        "3.10.0-SNAPSHOT, BOOT3",
        "4.0.0, BOOT4",
        "4.1.1, BOOT4",
        "5.0.0-M1, BOOT4",
        "10.0.0, BOOT4"
    })
    void aGenerationOfSpringBootHasItsStarter_andIsRefusedByOthers(String version, @Nullable Starter right) {
        assertThat(Starter.forSpringBoot(version)).isEqualTo(right);
        if (right == ThisStarter.STARTER) {
            assertThatCode(() -> SpringBootGeneration.check(version)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> SpringBootGeneration.check(version))
                    .isInstanceOf(UnsupportedSpringBootException.class)
                    .hasMessageContainingAll(version, ThisStarter.STARTER.artifact());
        }
    }

    @Test
    void ofAnOlderSpringBoot_saysWhatToMoveTo() {
        assertThat(new UnsupportedSpringBootFailureAnalyzer()
                        .analyze(new UnsupportedSpringBootException("2.7.18"))
                        .getAction())
                .contains("move the application to Spring Boot 3.5 or 4", "depend on perennial-core");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "unknown", "our.own"})
    void aSpringBootOfUnknownGenerationIsNotRefused(String version) {
        assertThatCode(() -> SpringBootGeneration.check(version)).doesNotThrowAnyException();
    }

    @Test
    void everyAnalyzerIsRegisteredAndCanBeMade() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, (type, name, failure) -> assertThat(name)
                                .doesNotContain("perennial")))
                .extracting(analyzer -> analyzer.getClass().getSimpleName())
                .contains(
                        "InvalidSecretFailureAnalyzer",
                        "NoConnectStringFailureAnalyzer",
                        "SessionFailedFailureAnalyzer",
                        "UnsupportedSpringBootFailureAnalyzer",
                        "ZooKeeperUnreachableFailureAnalyzer");
    }
}
