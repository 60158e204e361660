package io.millrace.wire.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.wire.MalformedException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramChunkTest {
    /** What a test changes of a histogram. */
    private static final class Draft {
        private boolean integer = true;
        private ResetHint hint = ResetHint.UNKNOWN;
        private int schema = 2;
        private double zeroThreshold = 0.5;
        private double zeroCount = 3;
        private double count = 13;
        private double sum = 20.5;
        private int[] spans = {1, 2, 3, 1};
        private double[] counts = {2, 1, 3};
        private int[] negativeSpans = {0, 1};
        private double[] negativeCounts = {4};
        private double[] customValues = {};

        private NativeHistogram build() {
            return new NativeHistogram(
                    integer,
                    hint,
                    schema,
                    zeroThreshold,
                    zeroCount,
                    count,
                    sum,
                    spans,
                    counts,
                    negativeSpans,
                    negativeCounts,
                    customValues);
        }
    }

    private static NativeHistogram histogram(boolean integer, UnaryOperator<Draft> change) {
        Draft draft = new Draft();
        draft.integer = integer;
        return change.apply(draft).build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeWhatOnlyGrows(boolean integer) {
        assertThat(fitsAfterFirst(integer, draft -> draft)).isTrue();
        assertThat(fitsAfterFirst(integer, draft -> {
                    draft.count = 16;
                    draft.counts = new double[] {2, 4, 3};
                    draft.hint = ResetHint.NO;
                    return draft;
                }))
                .isTrue();
        assertThat(fitsAfterFirst(integer, draft -> {
                    draft.sum = StaleMarker.VALUE;
                    draft.spans = new int[0];
                    draft.counts = new double[0];
                    return draft;
                }))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotTakeWhatNeedsANewChunk(boolean integer) {
        assertRefuses(integer, draft -> {
            draft.integer = !draft.integer;
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.schema = 3;
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.zeroThreshold = 0.25;
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.spans = new int[] {0, 2, 4, 1};
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.negativeSpans = new int[] {1, 1};
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.hint = ResetHint.YES;
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.hint = ResetHint.GAUGE;
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.count = 12;
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.zeroCount = 2;
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.counts = new double[] {3, 0, 3};
            return draft;
        });
        assertRefuses(integer, draft -> {
            draft.negativeCounts = new double[] {3};
            return draft;
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetGaugesFall(boolean integer) {
        // given
        ChunkWriter chunk = newChunk(integer);
        append(chunk, 1, histogram(integer, draft -> {
            draft.hint = ResetHint.GAUGE;
            return draft;
        }));

        // when
        boolean fits = append(chunk, 2, histogram(integer, draft -> {
            draft.hint = ResetHint.GAUGE;
            draft.count = 1;
            draft.zeroCount = 0;
            draft.counts = new double[] {0, 1, 0};
            draft.negativeCounts = new double[] {0};
            return draft;
        }));

        // then
        assertThat(fits).isTrue();
        SampleColumns out = decode(chunk);
        assertThat(out.histogram(1)).isNotNull();
        assertThat(out.histogram(1).resetHint()).isEqualTo(ResetHint.GAUGE);
        assertThat(out.histogram(1).positiveCounts()).containsExactly(0, 1, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeOnlyStaleMarkersAfterAStaleMarker(boolean integer) {
        // given
        NativeHistogram stale = histogram(integer, draft -> {
            draft.sum = StaleMarker.VALUE;
            return draft;
        });
        ChunkWriter chunk = newChunk(integer);
        append(chunk, 1, histogram(integer, draft -> draft));
        assertThat(append(chunk, 2, stale)).isTrue();
        int size = chunk.size();

        // then
        assertThat(append(chunk, 3, histogram(integer, draft -> draft))).isFalse();
        assertThat(chunk.size()).isEqualTo(size);
        assertThat(append(chunk, 4, stale)).isTrue();
        SampleColumns out = decode(chunk);
        assertThat(out.size()).isEqualTo(3);
        assertThat(out.isStale(0)).isFalse();
        assertThat(out.isStale(1)).isTrue();
        assertThat(out.isStale(2)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseHistogramsThatContradictThemselves(boolean integer) {
        ChunkWriter chunk = newChunk(integer);
        assertThatThrownBy(() -> append(chunk, 1, histogram(integer, draft -> {
                    draft.counts = new double[] {1};
                    return draft;
                })))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("spans of 3 buckets, 1 bucket counts");
        assertThatThrownBy(() -> append(chunk, 1, histogram(integer, draft -> {
                    draft.customValues = new double[] {1};
                    return draft;
                })))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(chunk.samples()).isZero();
        assertThat(append(chunk, 1, histogram(integer, draft -> draft))).isTrue();
    }

    /** Bit by bit after docs/formats/chunks.md: the Prometheus that made the golden chunks knows no custom buckets. */
    @Test
    void shouldWriteCustomBucketsAsDocumented() {
        // given
        HistogramChunk chunk = new HistogramChunk();

        // when
        chunk.append(-4, histogram(true, draft -> {
            draft.hint = ResetHint.YES;
            draft.schema = NativeHistogram.CUSTOM_BUCKETS;
            draft.zeroThreshold = 0;
            draft.zeroCount = 0;
            draft.count = 9;
            draft.sum = 1.5;
            draft.spans = new int[] {0, 2};
            draft.counts = new double[] {8, 1};
            draft.negativeSpans = new int[0];
            draft.negativeCounts = new double[0];
            draft.customValues = new double[] {0.005, 2.5, 1e9};
            return draft;
        }));

        // then
        String expected = "0000000000000001" // one sample
                + "10000000" // after a reset
                + "00000000" // no zero threshold
                + "1110" + "111001011" // schema -53
                + "10001" + "10010" + "0" // one positive span: length 2, offset 0
                + "0" // no negative spans
                + "10011" // three custom values
                + "10110" // 5 thousandths, plus 1
                + "11110" + "100111000101" // 2500, plus 1
                + "0" + bits(1e9)
                + "110" + "111100" // -4: three bits hold -3 to 4
                + "110" + "001001" // count 9
                + "0"
                + bits(1.5)
                + "110" + "001000" // bucket 8
                + "110" + "111001"; // bucket 1, that is -7
        assertThat(binary(chunk.bytes())).startsWith(expected);
        assertThat(chunk.size()).isEqualTo((expected.length() + 7) / 8);
    }

    private static String bits(double value) {
        String digits = Long.toBinaryString(Double.doubleToRawLongBits(value));
        return "0".repeat(64 - digits.length()) + digits;
    }

    private static String binary(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(Integer.toBinaryString(b & 0xff | 0x100).substring(1));
        }
        return text.toString();
    }

    /** The example of docs/formats/chunks.md. */
    @Test
    void shouldPutStartTimestampsBeforeTheChunk() {
        // given
        XorChunk chunk = new XorChunk();
        chunk.append(1000, 0, 0);
        chunk.append(2000, 0, 0);
        chunk.append(3000, 900, 0);
        chunk.append(4000, 900, 0);
        chunk.append(5000, 4500, 0);

        // then: two samples without, two with 1000 - 100, one with 900 + 3600
        String runs = "04" + "05c701" + "03a038";
        assertThat(HexFormat.of().formatHex(chunk.rowData()))
                .isEqualTo("07" + runs + HexFormat.of().formatHex(chunk.bytes()));
        assertThat(chunk.rowEncoding()).isEqualTo((byte) 0x41);
        SampleColumns out = decode(chunk);
        assertThat(out.startTimestamp(1)).isZero();
        assertThat(out.startTimestamp(2)).isEqualTo(900);
        assertThat(out.startTimestamp(4)).isEqualTo(4500);
    }

    @Test
    void shouldRefuseRowsThatAreNone() {
        SampleColumns out = new SampleColumns();
        assertThatThrownBy(() -> Chunks.decode((byte) 4, new byte[2], 0, 1, out))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("unknown chunk encoding 4");
        assertThatThrownBy(() -> Chunks.decode((byte) 0x81, new byte[2], 0, 1, out))
                .isInstanceOf(MalformedException.class);
        // runs of three samples for a chunk of none
        assertThatThrownBy(() -> Chunks.decode((byte) 0x41, new byte[] {1, 6, 0, 0}, 0, 1, out))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("not those of a chunk of 0 samples");
        // a layout of 2^32 buckets
        HistogramChunk chunk = new HistogramChunk();
        chunk.write(0, 8);
        chunk.write(0, 8);
        chunk.writeVarbit(0);
        chunk.writeUnsignedVarbit(2);
        chunk.writeUnsignedVarbit(Integer.MAX_VALUE);
        chunk.writeVarbit(0);
        chunk.writeUnsignedVarbit(Integer.MAX_VALUE);
        chunk.writeVarbit(0);
        byte[] bytes = chunk.bytes();
        bytes[1] = 1;
        assertThatThrownBy(() -> Chunks.decode(ChunkEncoding.HISTOGRAM, bytes, 0, 1, out))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("no room for 4294967294 buckets");
    }

    private static boolean fitsAfterFirst(boolean integer, UnaryOperator<Draft> change) {
        ChunkWriter chunk = newChunk(integer);
        assertThat(append(chunk, 1, histogram(integer, draft -> draft))).isTrue();
        return append(chunk, 2, histogram(integer, change));
    }

    private static void assertRefuses(boolean integer, UnaryOperator<Draft> change) {
        ChunkWriter chunk = newChunk(integer);
        append(chunk, 1, histogram(integer, draft -> draft));
        byte[] before = chunk.bytes();
        assertThat(append(chunk, 2, histogram(integer, change))).isFalse();
        assertThat(chunk.bytes()).isEqualTo(before);
    }

    private static ChunkWriter newChunk(boolean integer) {
        return integer ? new HistogramChunk() : new FloatHistogramChunk();
    }

    private static boolean append(ChunkWriter chunk, long timestamp, NativeHistogram histogram) {
        return chunk instanceof HistogramChunk integers
                ? integers.append(timestamp, histogram)
                : ((FloatHistogramChunk) chunk).append(timestamp, histogram);
    }

    private static SampleColumns decode(ChunkWriter chunk) {
        SampleColumns out = new SampleColumns();
        Chunks.decode(chunk.rowEncoding(), chunk.rowData(), Long.MIN_VALUE, Long.MAX_VALUE, out);
        return out;
    }
}
