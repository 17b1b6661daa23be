package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeWatchTest {
    private final NodeWatch watch = new NodeWatch();

    @Test
    void isNeeded_untilItIsOnItsWay() {
        assertThat(watch.isNeeded()).isTrue();
        watch.queued();
        assertThat(watch.isNeeded()).isFalse();
        watch.asked(false);
        assertThat(watch.isNeeded()).isFalse();
        watch.notOnItsWay();
        assertThat(watch.isNeeded()).as("refused").isTrue();
    }

    @Test
    void isArmedUntilItFires() {
        watch.queued();
        watch.asked(false);
        assertThat(watch.isArmed()).isFalse();
        watch.armed();
        assertThat(watch.isArmed()).isTrue();
        assertThat(watch.isNeeded()).isFalse();
        watch.disarmed();
        assertThat(watch.isArmed()).isFalse();
        assertThat(watch.isNeeded()).isTrue();
    }

    @Test
    void knowsWhetherItWasAskedForAtOnce() {
        watch.asked(false);
        assertThat(watch.isAskedAtOnce()).isFalse();
        watch.asked(true);
        assertThat(watch.isAskedAtOnce()).isTrue();
        watch.armed();
        assertThat(watch.isAskedAtOnce()).isFalse();
    }

    @Test
    void staysArmed_whenWhatIsOnItsWayGoesWithTheConnection() {
        watch.armed();
        watch.notOnItsWay();
        assertThat(watch.isArmed()).isTrue();
    }

    @Test
    void staysOnItsWay_whenAnEarlierOneFires() {
        watch.queued();
        watch.disarmed();
        assertThat(watch.isNeeded()).isFalse();
        watch.asked(true);
        watch.disarmed();
        assertThat(watch.isAskedAtOnce()).isTrue();
    }

    @Test
    void isTakenOverOnlyWhenArmed() {
        var successor = new NodeWatch();
        watch.queued();
        successor.inherit(watch);
        assertThat(successor.isNeeded()).isTrue();
        assertThat(watch.isNeeded()).isFalse();
        watch.armed();
        successor.inherit(watch);
        assertThat(successor.isArmed()).isTrue();
        assertThat(watch.isArmed()).isFalse();
    }
}
