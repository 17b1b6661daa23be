package io.perennial.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EnsembleTest {
    private final Simulation simulation = new Simulation(1);
    private final Ensemble ensemble = new Ensemble(simulation, Deployment.of(3, 0, 1));
    private final Server follower = ensemble.servers().get(1);

    @Test
    void aReadIsAnsweredByTheServerAskedAndASyncByTheLeader() {
        long[] read = new long[1];
        long[] sync = new long[1];
        ensemble.read(follower, 1, 100, () -> read[0] = simulation.now());
        simulation.run();
        long begin = simulation.now();
        ensemble.sync(follower, () -> sync[0] = simulation.now() - begin);
        simulation.run();

        assertThat(read[0]).isBetween(300 * Nanos.MICRO, 400 * Nanos.MICRO);
        assertThat(sync[0]).isBetween(850 * Nanos.MICRO, 950 * Nanos.MICRO);
        assertThat(ensemble.requests().busy()).isEqualTo(Constant.SYNC_PREP.nanos());
    }

    /** One way to the leader, a flush, there and back to the others, one way back, and one to the client. */
    @Test
    void aWriteWaitsForTheLogAndForAMajority() {
        long[] written = new long[1];
        ensemble.write(follower, 1, 1, () -> written[0] = simulation.now());
        simulation.run();

        assertThat(written[0]).isBetween(2_250 * Nanos.MICRO, 2_450 * Nanos.MICRO);
    }

    @Test
    void theLeadersRequestThreadBoundsTheWritesOfAllClients() {
        int clients = 50_000;
        for (int i = 0; i < clients; i++) {
            ensemble.commit(1, 1, () -> {});
        }
        simulation.run();

        assertThat(simulation.now())
                .isBetween(
                        clients * (Constant.PREP.nanos() + Constant.PREP_NODE.nanos()),
                        clients * (Constant.PREP.nanos() + Constant.PREP_NODE.nanos()) + 100 * Nanos.MILLI);
    }

    @Test
    void watchersAreToldOneAfterTheOther() {
        Change.Outcome outcome = Change.run(Deployment.of(3, 0, 1), 30_000, 1_024, 1);

        assertThat(outcome.told().size()).isEqualTo(30_000);
        assertThat(outcome.read().size()).isEqualTo(30_000);
        assertThat(outcome.told().last()).isGreaterThanOrEqualTo(10_000 * Constant.EVENT.nanos());
        assertThat(outcome.read().last()).isGreaterThan(10_000 * Constant.FRONT.nanos());
    }

    @Test
    void aHeartbeatsShareIsItsCostTimesItsNumber() {
        Rest.Outcome outcome = Rest.run(Deployment.of(3, 0, 1), 50_000, Rest.Beat.SYNC, 30 * Nanos.SECOND, 1);

        assertThat(outcome.atLeader()).isEqualTo(10_000);
        assertThat(outcome.leaderThread()).isBetween(0.125, 0.135); // 10,000 times 13 us
        assertThat(outcome.answers().quantile(0.99)).isLessThan(10 * Nanos.MILLI);
    }
}
