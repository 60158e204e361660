package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.MetricType;
import io.millrace.model.StaleMarker;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.SampleBatchReader.Entry;
import io.millrace.wire.record.SampleBatchReader.Item;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SampleBatchTest {
    private static final long RECEIVED = 1_700_000_000_000L;
    private static final byte[] LABELS = "\u0008__name__\u0002up".getBytes(StandardCharsets.UTF_8);
    private static final byte[] HISTOGRAM = {8, 1, 25, 0, 0, 0, 0, 0, 0, 0, 0};

    private final SampleBatchWriter writer = new SampleBatchWriter();
    private final SampleBatchReader reader = new SampleBatchReader();

    @Test
    void shouldReadBackEveryKindOfEntryAndItem() {
        // given
        writer.begin(RECEIVED);
        writer.series(1, -2, LABELS, 0, LABELS.length);
        writer.sample(RECEIVED - 5, 0, StaleMarker.BITS);
        writer.sample(RECEIVED + 7, RECEIVED - 1000, Double.doubleToRawLongBits(1.5));
        writer.exemplar(RECEIVED - 6, 42, LABELS, 0, LABELS.length);
        writer.metadata(MetricType.COUNTER, utf8("up"), utf8("Whether it is up. ü"), utf8(""));
        writer.series(3, 4);
        writer.histogram(RECEIVED, 0, HISTOGRAM, 0, HISTOGRAM.length);
        writer.histogram(RECEIVED, -1, HISTOGRAM, 0, HISTOGRAM.length);

        // when
        byte[] value = writer.toByteArray();
        reader.wrap(value);

        // then
        assertThat(writer.size()).isEqualTo(value.length);
        assertThat(writer.itemCount()).isEqualTo(5);
        assertThat(reader.receiveTimeMs()).isEqualTo(RECEIVED);
        assertThat(reader.sampleCount()).isEqualTo(2);
        assertThat(reader.histogramCount()).isEqualTo(2);
        assertThat(reader.exemplarCount()).isEqualTo(1);

        assertThat(reader.nextEntry()).isEqualTo(Entry.SERIES_WITH_LABELS);
        assertThat(reader.idHigh()).isEqualTo(1);
        assertThat(reader.idLow()).isEqualTo(-2);
        assertThat(labels()).isEqualTo(LABELS);
        assertThat(reader.nextItem()).isEqualTo(Item.SAMPLE);
        assertThat(reader.timestampMs()).isEqualTo(RECEIVED - 5);
        assertThat(reader.startTimestampMs()).isZero();
        assertThat(reader.valueBits()).isEqualTo(StaleMarker.BITS);
        assertThat(reader.nextItem()).isEqualTo(Item.SAMPLE);
        assertThat(reader.timestampMs()).isEqualTo(RECEIVED + 7);
        assertThat(reader.startTimestampMs()).isEqualTo(RECEIVED - 1000);
        assertThat(labels()).isEqualTo(LABELS);
        assertThat(reader.nextItem()).isEqualTo(Item.EXEMPLAR);
        assertThat(reader.valueBits()).isEqualTo(42);
        assertThat(labels()).isEqualTo(LABELS);
        assertThat(Arrays.copyOfRange(
                        reader.buffer(),
                        reader.exemplarLabelsOffset(),
                        reader.exemplarLabelsOffset() + reader.exemplarLabelsLength()))
                .isEqualTo(LABELS);
        assertThat(reader.nextItem()).isEqualTo(Item.END);
        assertThat(reader.nextItem()).isEqualTo(Item.END);

        assertThat(reader.nextEntry()).isEqualTo(Entry.METADATA);
        assertThat(reader.metadataType()).isEqualTo(MetricType.COUNTER);
        assertThat(reader.metadataFamily()).isEqualTo("up");
        assertThat(reader.metadataHelp()).isEqualTo("Whether it is up. ü");
        assertThat(reader.metadataUnit()).isEmpty();
        assertThat(reader.nextItem()).isEqualTo(Item.END);

        assertThat(reader.nextEntry()).isEqualTo(Entry.SERIES_BY_ID);
        assertThat(reader.idHigh()).isEqualTo(3);
        assertThat(reader.seriesLabelsLength()).isZero();
        assertThat(reader.nextItem()).isEqualTo(Item.HISTOGRAM);
        assertThat(histogram()).isEqualTo(HISTOGRAM);
        assertThat(reader.startTimestampMs()).isZero();
        assertThat(reader.nextItem()).isEqualTo(Item.HISTOGRAM);
        assertThat(histogram()).isEqualTo(HISTOGRAM);
        assertThat(reader.startTimestampMs()).isEqualTo(-1);

        assertThat(reader.nextEntry()).isEqualTo(Entry.END);
        assertThat(reader.nextEntry()).isEqualTo(Entry.END);
    }

    /** The bytes of docs/formats/sample-batch.md. */
    @Test
    void shouldWriteTheDocumentedBytes() {
        // given
        writer.begin(1000);
        writer.series(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
        writer.sample(985, 0, Double.doubleToRawLongBits(1));

        // then
        assertThat(HexFormat.of().formatHex(writer.toByteArray()))
                .isEqualTo("01" + "e803000000000000" + "01000000" + "00000000" + "00000000"
                        + "02" + "0102030405060708" + "090a0b0c0d0e0f10" + "0a000000"
                        + "01" + "1d" + "000000000000f03f");
    }

    /** The second example of docs/formats/sample-batch.md. */
    @Test
    void shouldWriteTheDocumentedBytesOfASeriesLikeTheLast() {
        // given
        byte[] message = Arrays.copyOf(utf8("xab:1ab:27"), 10 + SuccessiveLabels.READABLE_AFTER);
        SuccessiveLabels successive = new SuccessiveLabels();
        successive.begin(message);
        writer.begin(1000);
        byte[] first = utf8("\u0001a\u0001x\u0001i\u0004ab:1");
        successive.next();
        successive.change(0, 0, 1);
        successive.change(1, 1, 4);
        successive.rename(2);
        writer.series(1, 2, first, first.length, successive);
        byte[] second = utf8("\u0001a\u0001x\u0001i\u0005ab:27");
        successive.next();
        successive.change(1, 5, 5);
        writer.series(3, 4, second, second.length, successive);
        writer.sample(985, 0, Double.doubleToRawLongBits(1));

        // then
        assertThat(HexFormat.of().formatHex(writer.toByteArray()))
                .isEqualTo("02" + "e803000000000000" + "01000000" + "00000000" + "00000000"
                        + "01" + "0000000000000001" + "0000000000000002" + "0b" + "016101780169" + "0461623a31"
                        + "00000000"
                        + "04" + "0000000000000003" + "0000000000000004" + "3922d9bf" + "02" + "05" + "02" + "03" + "02"
                        + "3237"
                        + "0a" + "01" + "1d" + "000000000000f03f");
    }

    @Test
    void shouldRefuseASeriesLikeTheLastWithoutOne() {
        // given
        byte[] value = HexFormat.of()
                .parseHex("02" + "e803000000000000" + "00000000" + "00000000" + "00000000" + "04" + "0000000000000003"
                        + "0000000000000004" + "00000000" + "00" + "00" + "00");
        reader.wrap(value);

        // then
        assertThatThrownBy(reader::nextEntry)
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("none before");
    }

    @Test
    void shouldSkipItemsOfASeries() {
        // given
        writer.begin(RECEIVED);
        writer.series(1, 1);
        writer.sample(RECEIVED, 0, 1);
        writer.series(2, 2);
        writer.sample(RECEIVED, 0, 2);
        reader.wrap(writer.toByteArray());

        // when
        reader.nextEntry();
        reader.nextEntry();

        // then
        assertThat(reader.nextItem()).isEqualTo(Item.SAMPLE);
        assertThat(reader.valueBits()).isEqualTo(2);
        assertThat(reader.nextEntry()).isEqualTo(Entry.END);
    }

    @Test
    void shouldCopyItemsFromAnywhereWithinThem() {
        // given
        writer.begin(RECEIVED);
        writer.series(1, 1, LABELS, 0, LABELS.length);
        writer.sample(RECEIVED - 1, 0, 10);
        writer.sample(RECEIVED, 0, 11);
        writer.exemplar(RECEIVED, 12, LABELS, 0, LABELS.length);
        reader.wrap(writer.toByteArray());
        reader.nextEntry();
        reader.nextItem();
        SampleBatchWriter second = new SampleBatchWriter();
        second.begin(RECEIVED);
        second.series(1, 1);

        // when
        second.copyItems(reader);

        // then the reader has not moved
        assertThat(reader.valueBits()).isEqualTo(10);
        assertThat(reader.nextItem()).isEqualTo(Item.SAMPLE);
        assertThat(reader.valueBits()).isEqualTo(11);
        // and the copy has everything
        SampleBatchReader copy = new SampleBatchReader();
        copy.wrap(second.toByteArray());
        assertThat(copy.sampleCount()).isEqualTo(2);
        assertThat(copy.exemplarCount()).isEqualTo(1);
        assertThat(copy.nextEntry()).isEqualTo(Entry.SERIES_BY_ID);
        assertThat(Arrays.copyOfRange(copy.buffer(), copy.itemsOffset(), copy.itemsOffset() + copy.itemsLength()))
                .isEqualTo(Arrays.copyOfRange(
                        reader.buffer(), reader.itemsOffset(), reader.itemsOffset() + reader.itemsLength()));
    }

    @Test
    void shouldRefuseToCopyItemsOfAnotherReceiveTime() {
        // given
        writer.begin(1);
        writer.series(1, 1);
        reader.wrap(writer.toByteArray());
        reader.nextEntry();
        SampleBatchWriter second = new SampleBatchWriter();
        second.begin(2);
        second.series(1, 1);

        // then
        assertThatThrownBy(() -> second.copyItems(reader)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldStartAfreshAndGoOnAfterToByteArray() {
        // given
        writer.begin(RECEIVED);
        writer.series(1, 1);
        writer.sample(RECEIVED, 0, 1);
        byte[] first = writer.toByteArray();

        // when
        writer.sample(RECEIVED, 0, 2);
        reader.wrap(writer.toByteArray());

        // then
        assertThat(reader.sampleCount()).isEqualTo(2);
        reader.nextEntry();
        reader.nextItem();
        assertThat(reader.nextItem()).isEqualTo(Item.SAMPLE);
        writer.begin(RECEIVED);
        assertThat(writer.isEmpty()).isTrue();
        assertThat(writer.itemCount()).isZero();
        writer.series(1, 1);
        writer.sample(RECEIVED, 0, 1);
        assertThat(writer.toByteArray()).isEqualTo(first);
    }

    @Test
    void shouldRefuseItemsWithoutASeries() {
        writer.begin(RECEIVED);
        writer.metadata(MetricType.GAUGE, utf8("a"), utf8(""), utf8(""));
        assertThatThrownBy(() -> writer.sample(RECEIVED, 0, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRefuseCountsThatCannotBe() {
        // given
        writer.begin(RECEIVED);
        byte[] value = writer.toByteArray();
        value[9] = (byte) 0xff;
        value[12] = (byte) 0xff;

        // then
        assertThatThrownBy(() -> reader.wrap(value))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("cannot hold");
    }

    @Test
    void shouldRefuseOtherVersions() {
        assertThatThrownBy(() -> reader.wrap(new byte[21])).hasMessageContaining("version 0");
    }

    @Test
    void shouldReadExtremeTimes() {
        // given
        writer.begin(Long.MIN_VALUE);
        writer.series(1, 1);
        writer.sample(Long.MAX_VALUE, Long.MIN_VALUE, 1);
        reader.wrap(writer.toByteArray());

        // when
        reader.nextEntry();
        reader.nextItem();

        // then
        assertThat(reader.timestampMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(reader.startTimestampMs()).isEqualTo(Long.MIN_VALUE);
    }

    private byte[] labels() {
        byte[] buffer = reader.seriesLabelsBuffer();
        return Arrays.copyOfRange(
                buffer, reader.seriesLabelsOffset(), reader.seriesLabelsOffset() + reader.seriesLabelsLength());
    }

    private byte[] histogram() {
        return Arrays.copyOfRange(
                reader.buffer(), reader.histogramOffset(), reader.histogramOffset() + reader.histogramLength());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
