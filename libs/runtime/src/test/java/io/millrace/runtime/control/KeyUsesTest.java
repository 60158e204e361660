package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyUsesTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant SECOND = Instant.parse("2026-01-02T03:04:05Z");

    private final MovableClock clock = new MovableClock(START);
    private final KeyUses uses = new KeyUses(clock);

    @Test
    void shouldKeepTheLastUseOfEachKeyAndForgetItOnceTaken() {
        // given
        uses.note("MK1", "10.0.0.1");
        uses.note("MK2", "10.0.0.1");
        clock.moveTo(START.plusSeconds(5));
        uses.note("MK1", "10.0.0.2");

        // when
        Map<String, KeyUse> drained = uses.drain();

        // then
        assertThat(drained)
                .containsOnly(
                        Map.entry("MK1", new KeyUse(SECOND.plusSeconds(5), "10.0.0.2")),
                        Map.entry("MK2", new KeyUse(SECOND, "10.0.0.1")));
        assertThat(uses.drain()).isEmpty();
    }

    @Test
    void shouldReadWhatItWrote() throws ControlFormatException {
        KeyUse use = new KeyUse(SECOND, "2001:db8::1");

        assertThat(KeyUse.read(use.toJson())).isEqualTo(use);
        assertThat(new String(use.toJson(), StandardCharsets.UTF_8))
                .isEqualTo("{\"v\":1,\"at\":\"2026-01-02T03:04:05Z\",\"address\":\"2001:db8::1\"}");
    }

    @Test
    void shouldRefuseWhatIsNotAUse() {
        assertThatThrownBy(() -> KeyUse.read("{\"v\":1}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ControlFormatException.class);
        assertThatThrownBy(() -> KeyUse.read("{\"v\":7}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("version 7");
    }
}
