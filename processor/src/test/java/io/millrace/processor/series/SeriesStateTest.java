package io.millrace.processor.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SeriesStateTest {
    private static final SeriesState STATE = new SeriesState(
            new TenantId("demo"), 0x0102030405060708L, 0x090a0b0c0d0e0f10L, 0x11223344, 0x4fbe0001, true, "up", "node");

    @Test
    void shouldReadWhatItWrote() {
        assertThat(SeriesState.decode(STATE.key(), STATE.value())).isEqualTo(STATE);
    }

    @Test
    void shouldWriteTheDocumentedBytes() {
        assertThat(HexFormat.of().formatHex(STATE.key())).isEqualTo("010464656d6f0102030405060708090a0b0c0d0e0f10");
        assertThat(HexFormat.of().formatHex(STATE.value())).isEqualTo("02443322110100be4f01027570046e6f6465");
    }

    @Test
    void shouldReadTheVersionBeforeAsWithoutAJob() {
        byte[] before = HexFormat.of().parseHex("01443322110100be4f01027570");
        SeriesState state = SeriesState.decode(STATE.key(), before);
        assertThat(state.metric()).isEqualTo("up");
        assertThat(state.job()).isEmpty();
        assertThat(state.active()).isTrue();
    }

    @Test
    void shouldRefuseAnotherVersionAndSayWhatToDo() {
        byte[] value = STATE.value();
        value[0] = 9;
        assertThatThrownBy(() -> SeriesState.decode(STATE.key(), value))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 9");
    }
}
