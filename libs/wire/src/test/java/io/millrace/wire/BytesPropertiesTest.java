package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BytesPropertiesTest {
    @Property
    void shouldReadBackNumbers(@ForAll long value, @ForAll int small) {
        // given
        ByteWriter out = new ByteWriter(0);
        out.putUvarint(value);
        out.putSvarint(value);
        out.putLongLittleEndian(value);
        out.putLongBigEndian(value);
        out.putIntLittleEndian(small);
        out.putIntBigEndian(small);
        out.putByte(small);

        // when
        ByteReader in = new ByteReader(out.toByteArray());

        // then
        assertThat(in.readUvarint()).isEqualTo(value);
        assertThat(in.position()).isEqualTo(ByteWriter.uvarintSize(value));
        assertThat(in.readSvarint()).isEqualTo(value);
        assertThat(in.readLongLittleEndian()).isEqualTo(value);
        assertThat(in.readLongBigEndian()).isEqualTo(value);
        assertThat(in.readIntLittleEndian()).isEqualTo(small);
        assertThat(in.readIntBigEndian()).isEqualTo(small);
        assertThat(in.readByte()).isEqualTo(small & 0xff);
        assertThat(in.hasRemaining()).isFalse();
        assertThatThrownBy(in::readByte).isInstanceOf(MalformedException.class);
    }

    /** The JDK replaces what is not UTF-8 by U+FFFD, so text that comes back the same was valid. */
    @Property
    void shouldJudgeUtf8AsTheJdkDoes(@ForAll byte[] bytes) {
        byte[] back = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(java.util.Arrays.equals(bytes, back));
    }

    /** Every sequence of three bytes that begins like one of two to four, with ASCII around. */
    @Example
    void shouldJudgeAllShortSequencesAsTheJdkDoes() {
        byte[] bytes = new byte[13];
        java.util.Arrays.fill(bytes, (byte) 'a');
        for (int first = 0xc0; first <= 0xff; first++) {
            for (int second = 0x70; second <= 0xff; second++) {
                for (int third = 0x7e; third <= 0xc1; third++) {
                    for (int fourth : new int[] {'a', 0x80, 0xbf, 0xc0}) {
                        bytes[5] = (byte) first;
                        bytes[6] = (byte) second;
                        bytes[7] = (byte) third;
                        bytes[8] = (byte) fourth;
                        byte[] back = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
                        boolean valid = java.util.Arrays.equals(bytes, back);
                        if (Utf8.isValid(bytes, 0, bytes.length) != valid) {
                            assertThat(bytes).as("valid: %s", valid).isNull();
                        }
                    }
                }
            }
        }
    }

    @Property
    void shouldSpreadSeriesOverPartitionsWithinRange(@ForAll long high, @ForAll long low) {
        assertThat(Partitions.partition(high, low, 12)).isBetween(0, 11);
        assertThat(Partitions.partition(~high, low, 12)).isEqualTo(Partitions.partition(high, low, 12));
    }
}
