package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class PromptClientTest {
    private final ZKClientConfig config = new ZKClientConfig();

    @AfterEach
    void forgetTheProperty() {
        System.clearProperty(PromptClient.PROPERTY);
    }

    @Test
    void sparesTheClientItsPauses() {
        ZKClientConfig prepared = PromptClient.now().prepare(config);

        assertThat(PromptClient.now().whyPauses()).isNull();
        assertThat(prepared.getProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET))
                .isEqualTo(PromptSocketClass.NAME);
    }

    @Test
    void leavesTheClientAsItIs_whenTheUserSaysSo() {
        System.setProperty(PromptClient.PROPERTY, "false");

        assertThat(PromptClient.now().prepare(config)).isSameAs(config);
        PromptClient.now().next();

        assertThat(PromptClient.now().whyPauses())
                .isEqualTo("ReflectiveOperationException: perennial.promptReconnect is false");
        assertThat(config.getProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET))
                .isNull();
    }

    @Test
    void saysOfEachPauseWhyItIsMade() {
        var closed = new PromptClient(
                new PromptAttempts(() -> {
                    throw new NoSuchFieldException("isFirstConnect");
                }),
                new PromptSocket(() -> {
                    throw new IllegalAccessException("closed");
                }));

        assertThat(closed.whyPauses())
                .isEqualTo("NoSuchFieldException: isFirstConnect; IllegalAccessException: closed");
    }

    @Test
    void sparesTheClientOnePause_whenTheOtherCannotBeAvoided() {
        var noField = new PromptClient(
                new PromptAttempts(() -> {
                    throw new NoSuchFieldException("isFirstConnect");
                }),
                new PromptSocket());
        assertThat(noField.whyPauses()).isEqualTo("NoSuchFieldException: isFirstConnect");
        assertThat(noField.prepare(config).getProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET))
                .isEqualTo(PromptSocketClass.NAME);

        var noSocket = new PromptClient(new PromptAttempts(), new PromptSocket(() -> {
            throw new IllegalAccessException("closed");
        }));
        assertThat(noSocket.whyPauses()).isEqualTo("IllegalAccessException: closed");
        assertThat(noSocket.prepare(config)).isSameAs(config);
    }
}
