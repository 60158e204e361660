package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import io.millrace.wire.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HistogramMessageTest {
    /** Writes fields with protobuf-java. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static NativeHistogram decode(byte[] message) {
        return HistogramMessage.decode(message, 0, message.length);
    }

    @Test
    void shouldReadNumbersThatAreNotPackedAndSkipWhatItDoesNotKnow() throws IOException {
        // given
        byte[] span = message(out -> {
            out.writeSInt32(1, -3);
            out.writeUInt32(2, 2);
            out.writeString(9, "unknown");
        });
        byte[] message = message(out -> {
            out.writeUInt64(1, 7);
            out.writeDouble(3, StaleMarker.VALUE);
            out.writeSInt32(4, -4);
            out.writeByteArray(11, span);
            out.writeSInt64(12, 5);
            out.writeSInt64(12, -3);
            out.writeEnum(14, 2);
            out.writeInt64(15, 1_700_000_000_000L);
            out.writeInt64(17, 12);
            out.writeFixed32(18, 1);
            out.writeFixed64(19, 1);
        });

        // when
        NativeHistogram histogram = decode(message);

        // then
        assertThat(histogram)
                .isEqualTo(new NativeHistogram(
                        true,
                        ResetHint.NO,
                        -4,
                        0,
                        0,
                        7,
                        StaleMarker.VALUE,
                        new int[] {-3, 2},
                        new double[] {5, 2},
                        new int[0],
                        new double[0],
                        new double[0]));
        assertThat(histogram.isStale()).isTrue();
    }

    @Test
    void shouldTellFloatFromIntegerHistogramsByTheirCount() throws IOException {
        assertThat(decode(message(out -> out.writeDouble(2, 0))).integer()).isFalse();
        assertThat(decode(message(out -> out.writeUInt64(1, 0))).integer()).isTrue();
        assertThat(decode(new byte[0]).integer()).isTrue();
    }

    @Test
    void shouldRefuseSpansThatDoNotMatchTheCounts() throws IOException {
        byte[] message = message(out -> out.writeByteArray(8, new byte[] {0x10, 3}));
        assertThatThrownBy(() -> decode(message))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("spans of 3 buckets and 0 counts");
    }

    @Test
    void shouldRefuseFieldsOfAnotherType() throws IOException {
        byte[] message = message(out -> out.writeUInt64(3, 1));
        assertThatThrownBy(() -> decode(message)).hasMessageContaining("wire type 0, not 1");
        byte[] doubles = message(out -> out.writeByteArray(13, new byte[9]));
        assertThatThrownBy(() -> decode(doubles)).hasMessageContaining("9 bytes");
        assertThatThrownBy(() -> decode(new byte[] {0})).hasMessageContaining("field number");
    }

    @Test
    void shouldReadCountsBeyond63BitsAsTheNearestDouble() throws IOException {
        NativeHistogram histogram = decode(message(out -> out.writeUInt64(1, -1L)));
        assertThat(histogram.count()).isEqualTo(0x1p64);
    }
}
