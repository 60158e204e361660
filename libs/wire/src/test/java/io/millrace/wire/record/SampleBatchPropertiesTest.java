package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.MetricType;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.wire.Damage;
import io.millrace.wire.record.SampleBatchReader.Entry;
import io.millrace.wire.record.SampleBatchReader.Item;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SampleBatchPropertiesTest {
    /** Whatever is written, what is read back is told in the same words. */
    @Property
    void shouldReadBackWhatWasWritten(@ForAll long seed) {
        // given
        SampleBatchWriter writer = new SampleBatchWriter(16);
        List<String> written = write(writer, new Random(seed));

        // when
        SampleBatchReader reader = new SampleBatchReader();
        reader.wrap(writer.toByteArray());

        // then
        assertThat(tell(reader)).isEqualTo(written);
        assertThat(reader.sampleCount() + reader.histogramCount() + reader.exemplarCount())
                .isEqualTo(writer.itemCount());
    }

    /** Asked for or not, in any order of series with and without differences, each series has its labels, check and length. */
    @Property
    void shouldReadBackLabelsThatWereWrittenAsDifferences(@ForAll long seed) {
        // given
        Random random = new Random(seed);
        LikeSeries like = new LikeSeries(random);
        SampleBatchWriter writer = new SampleBatchWriter(16);
        SampleBatchWriter other = new SampleBatchWriter(16);
        SampleBatchWriter plain = new SampleBatchWriter(16);
        List<byte[]> written = new ArrayList<>();
        writer.begin(5);
        other.begin(5);
        plain.begin(5);
        for (int i = 0; i < 30; i++) {
            byte[] labels = like.next();
            SampleBatchWriter target = random.nextInt(3) == 0 ? other : writer;
            target.series(i, -i, labels, labels.length, like.successive());
            if (target == writer) {
                written.add(labels);
                plain.series(i, -i, labels, 0, labels.length);
                for (int items = random.nextInt(random.nextInt(6) == 0 ? 40 : 3); items > 0; items--) {
                    writer.sample(5, 0, i);
                    plain.sample(5, 0, i);
                }
                if (random.nextInt(9) == 0) {
                    writer.toByteArray();
                    writer.sample(6, 0, i);
                    plain.sample(6, 0, i);
                }
                if (random.nextInt(9) == 0) {
                    writer.series(1, 1);
                    plain.series(1, 1);
                }
            }
        }

        // when
        SampleBatchReader reader = new SampleBatchReader();
        reader.wrap(writer.toByteArray());

        // then
        CRC32C crc = new CRC32C();
        for (byte[] labels : written) {
            Entry entry = reader.nextEntry();
            entry = entry == Entry.SERIES_BY_ID ? reader.nextEntry() : entry;
            assertThat(entry).isEqualTo(Entry.SERIES_WITH_LABELS);
            assertThat(reader.seriesLabelsLength()).isEqualTo(labels.length);
            crc.reset();
            crc.update(labels);
            assertThat(reader.labelsCheck()).isEqualTo((int) crc.getValue());
            if (random.nextBoolean()) {
                byte[] buffer = reader.seriesLabelsBuffer();
                int offset = reader.seriesLabelsOffset();
                assertThat(Arrays.copyOfRange(buffer, offset, offset + labels.length))
                        .isEqualTo(labels);
            }
        }
        assertThat(reader.plainBytes()).isLessThanOrEqualTo(plain.size());
        while (reader.nextEntry() != Entry.END) {
            // the last may be by id
        }
        assertThat(reader.plainBytes()).isEqualTo(plain.size());
        reader.wrap(writer.toByteArray());
        SampleBatchReader plainReader = new SampleBatchReader();
        plainReader.wrap(plain.toByteArray());
        assertThat(tell(reader)).isEqualTo(tell(plainReader));
    }

    @Property
    void shouldCopeWithDamagedDifferences(@ForAll long seed) {
        Random random = new Random(seed);
        LikeSeries like = new LikeSeries(random);
        SampleBatchWriter writer = new SampleBatchWriter(16);
        writer.begin(5);
        for (int i = 0; i < 5; i++) {
            byte[] labels = like.next();
            writer.series(i, i, labels, labels.length, like.successive());
            writer.sample(5, 0, i);
        }
        Damage.assertCopes(writer.toByteArray(), seed, damaged -> {
            SampleBatchReader reader = new SampleBatchReader();
            reader.wrap(damaged);
            tell(reader);
        });
    }

    @Property
    void shouldCopyWholeBatchesSeriesBySeries(@ForAll long seed) {
        // given
        SampleBatchWriter writer = new SampleBatchWriter(16);
        write(writer, new Random(seed));
        byte[] value = writer.toByteArray();
        SampleBatchReader reader = new SampleBatchReader();
        reader.wrap(value);
        SampleBatchWriter copy = new SampleBatchWriter(16);
        copy.begin(reader.receiveTimeMs());

        // when
        for (Entry entry = reader.nextEntry(); entry != Entry.END; entry = reader.nextEntry()) {
            switch (entry) {
                case SERIES_WITH_LABELS -> {
                    copy.series(
                            reader.idHigh(),
                            reader.idLow(),
                            reader.seriesLabelsBuffer(),
                            reader.seriesLabelsOffset(),
                            reader.seriesLabelsLength());
                    copy.copyItems(reader);
                }
                case SERIES_BY_ID -> {
                    copy.series(reader.idHigh(), reader.idLow());
                    copy.copyItems(reader);
                }
                case METADATA ->
                    copy.metadata(
                            reader.metadataType(),
                            utf8(reader.metadataFamily()),
                            utf8(reader.metadataHelp()),
                            utf8(reader.metadataUnit()));
                case END -> throw new IllegalStateException();
            }
        }

        // then
        assertThat(copy.toByteArray()).isEqualTo(value);
    }

    @Property
    void shouldCopeWithDamage(@ForAll long seed) {
        SampleBatchWriter writer = new SampleBatchWriter(16);
        write(writer, new Random(seed));
        Damage.assertCopes(writer.toByteArray(), seed, damaged -> {
            SampleBatchReader reader = new SampleBatchReader();
            reader.wrap(damaged);
            assertThat(reader.sampleCount()).isBetween(0, damaged.length);
            assertThat(reader.histogramCount()).isBetween(0, damaged.length);
            assertThat(reader.exemplarCount()).isBetween(0, damaged.length);
            tell(reader);
        });
    }

    @Property
    void shouldCopeWithAnyBytes(@ForAll byte[] bytes) {
        Damage.assertCopes(bytes, 0, damaged -> {
            SampleBatchReader reader = new SampleBatchReader();
            reader.wrap(damaged);
            tell(reader);
        });
    }

    @Property
    void shouldReadBackSeriesRecords(@ForAll int day, @ForAll long high, @ForAll long low, @ForAll long announced) {
        SeriesRecord record = seriesRecord(day, high, low, announced);
        assertThat(SeriesRecord.decode(record.key(), record.value())).isEqualTo(record);
    }

    @Property
    void shouldCopeWithDamagedSeriesRecords(@ForAll long seed) {
        SeriesRecord record = seriesRecord(19_000, seed, ~seed, seed);
        Damage.assertCopes(record.key(), seed, damaged -> SeriesRecord.decode(damaged, record.value()));
        Damage.assertCopes(record.value(), seed, damaged -> SeriesRecord.decode(record.key(), damaged));
    }

    private static SeriesRecord seriesRecord(int day, long high, long low, long announced) {
        return new SeriesRecord(
                new TenantId("a-1"),
                day,
                new SeriesId(high, low),
                announced,
                "\u0003job\u0003api".getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a random batch and tells what it wrote. */
    private static List<String> write(SampleBatchWriter writer, Random random) {
        List<String> told = new ArrayList<>();
        long received = random.nextLong() >> random.nextInt(64);
        writer.begin(received);
        int entries = random.nextInt(6);
        for (int i = 0; i < entries; i++) {
            long high = random.nextLong();
            long low = random.nextLong();
            switch (random.nextInt(5)) {
                case 0 -> {
                    MetricType type = MetricType.values()[random.nextInt(MetricType.values().length)];
                    String help = "hälp " + random.nextInt();
                    writer.metadata(type, utf8("family"), utf8(help), utf8("s"));
                    told.add("metadata " + type + " family " + help + " s");
                    continue;
                }
                case 1, 2 -> {
                    writer.series(high, low);
                    told.add("series " + high + " " + low);
                }
                default -> {
                    byte[] labels = bytes(random);
                    writer.series(high, low, labels, 0, labels.length);
                    told.add("series " + high + " " + low + " " + HexFormat.of().formatHex(labels));
                }
            }
            int items = random.nextInt(4);
            for (int k = 0; k < items; k++) {
                long timestamp = received + (random.nextLong() >> random.nextInt(64));
                long start = random.nextBoolean() ? 0 : random.nextLong() >> random.nextInt(64);
                long value = random.nextLong();
                byte[] payload = bytes(random);
                switch (random.nextInt(3)) {
                    case 0 -> {
                        writer.sample(timestamp, start, value);
                        told.add("sample " + timestamp + " " + start + " " + value);
                    }
                    case 1 -> {
                        writer.histogram(timestamp, start, payload, 0, payload.length);
                        told.add("histogram " + timestamp + " " + start + " "
                                + HexFormat.of().formatHex(payload));
                    }
                    default -> {
                        writer.exemplar(timestamp, value, payload, 0, payload.length);
                        told.add("exemplar " + timestamp + " " + value + " "
                                + HexFormat.of().formatHex(payload));
                    }
                }
            }
        }
        return told;
    }

    private static List<String> tell(SampleBatchReader in) {
        List<String> told = new ArrayList<>();
        for (Entry entry = in.nextEntry(); entry != Entry.END; entry = in.nextEntry()) {
            switch (entry) {
                case METADATA ->
                    told.add("metadata " + in.metadataType() + " " + in.metadataFamily() + " " + in.metadataHelp() + " "
                            + in.metadataUnit());
                case SERIES_BY_ID -> told.add("series " + in.idHigh() + " " + in.idLow());
                case SERIES_WITH_LABELS ->
                    told.add("series " + in.idHigh() + " " + in.idLow() + " "
                            + hex(in.seriesLabelsBuffer(), in.seriesLabelsOffset(), in.seriesLabelsLength()));
                case END -> throw new IllegalStateException();
            }
            for (Item item = in.nextItem(); item != Item.END; item = in.nextItem()) {
                switch (item) {
                    case SAMPLE ->
                        told.add("sample " + in.timestampMs() + " " + in.startTimestampMs() + " " + in.valueBits());
                    case HISTOGRAM ->
                        told.add("histogram " + in.timestampMs() + " " + in.startTimestampMs() + " "
                                + hex(in.buffer(), in.histogramOffset(), in.histogramLength()));
                    case EXEMPLAR ->
                        told.add("exemplar " + in.timestampMs() + " " + in.valueBits() + " "
                                + hex(in.buffer(), in.exemplarLabelsOffset(), in.exemplarLabelsLength()));
                    case END -> throw new IllegalStateException();
                }
            }
        }
        return told;
    }

    private static String hex(byte[] buffer, int offset, int length) {
        return HexFormat.of().formatHex(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 300 : 20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
