package io.perennial.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("O4")
class ErrorKindTest {
    @Test
    void knowsWhatIsNoAnswer() {
        Map<Code, ErrorKind> others = new EnumMap<>(Code.class);
        Arrays.stream(Code.values())
                .filter(code -> ErrorKind.of(code) != ErrorKind.ANSWER)
                .forEach(code -> others.put(code, ErrorKind.of(code)));

        assertThat(others)
                .containsOnly(
                        Map.entry(Code.THROTTLEDOP, ErrorKind.NOT_NOW),
                        Map.entry(Code.NOTREADONLY, ErrorKind.NOT_NOW),
                        Map.entry(Code.CONNECTIONLOSS, ErrorKind.CONNECTION),
                        Map.entry(Code.SESSIONEXPIRED, ErrorKind.SESSION),
                        Map.entry(Code.SESSIONMOVED, ErrorKind.SESSION),
                        Map.entry(Code.AUTHFAILED, ErrorKind.AUTH),
                        Map.entry(Code.SESSIONCLOSEDREQUIRESASLAUTH, ErrorKind.AUTH),
                        Map.entry(Code.OPERATIONTIMEOUT, ErrorKind.LOCAL_TIMEOUT),
                        Map.entry(Code.REQUESTTIMEOUT, ErrorKind.LOCAL_TIMEOUT));
    }

    @Test
    void takesACodeThatTheClientDoesNotKnowForAnAnswer() {
        assertThat(ErrorKind.of(-9_999)).isEqualTo(ErrorKind.ANSWER);
        assertThat(ErrorKind.of(-127)).isEqualTo(ErrorKind.NOT_NOW);
    }

    @Test
    void isSurelyNotApplied_whenAServerHasSaidSo() {
        assertThat(Arrays.stream(Code.values()).filter(ErrorKind::isSurelyNotApplied))
                .containsExactlyInAnyOrder(Code.THROTTLEDOP, Code.NOTREADONLY, Code.SESSIONMOVED);
    }

    @Test
    void isTroubleUnlessAServerHasSpokenOfTheRequest() {
        assertThat(Arrays.stream(ErrorKind.values()).filter(kind -> !kind.isTrouble()))
                .containsExactly(ErrorKind.ANSWER, ErrorKind.NOT_NOW);
    }
}
