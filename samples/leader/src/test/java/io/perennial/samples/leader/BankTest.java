package io.perennial.samples.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.samples.leader.Bank.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BankTest {
    @AutoClose
    private final Bank bank = new Bank(0, request -> {});

    BankTest() throws IOException {}

    @Test
    void paysAJobOnce_andNothingForALeaderThatHasASuccessor() {
        assertThat(bank.pay("job-1", 1)).isEqualTo(Answer.PAID);
        assertThat(bank.pay("job-1", 1)).isEqualTo(Answer.PAID_BEFORE);
        assertThat(bank.pay("job-1", 3)).isEqualTo(Answer.PAID_BEFORE);

        assertThat(bank.pay("job-2", 2)).isEqualTo(Answer.REFUSED);
        assertThat(bank.pay("job-2", 3)).isEqualTo(Answer.PAID);
    }

    @Test
    void saysSoByHttp() throws Exception {
        var client = new BankClient(bank.address(), "a");

        assertThat(client.pay("job-1", 2)).isTrue();
        assertThat(client.pay("job-1", 2)).isTrue();
        assertThat(client.pay("job-2", 1)).isFalse();
    }
}
