package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ErrorAdviceTest {
    @Test
    @Tag("J13")
    void remindsOfBothWaysToBeKnown_whereAnAclNamesTheCreator() {
        assertThat(ErrorAdvice.remedy(Code.INVALIDACL)).contains("authorization", "SASL");
    }
}
