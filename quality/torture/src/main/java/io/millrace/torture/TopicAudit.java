package io.millrace.torture;

import io.millrace.model.SeriesId;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import io.millrace.testkit.generator.GeneratedSeries;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SampleBatchReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the topic {@code samples} from its beginning: what was sent once stands there once, what was sent again at most as
 * often as it was sent, and each series in the order of its timestamps. This is what exactly-once of the processor means,
 * and what reading through the query API cannot show, since there a sample that is stored twice is one. For one thread.
 */
final class TopicAudit {
    private final KafkaSettings settings;
    private final List<LoadSender> senders;
    private final Map<SeriesId, Expected> expected = new HashMap<>();
    private final Findings findings = new Findings();

    TopicAudit(KafkaSettings settings, List<LoadSender> senders) {
        this.settings = settings;
        this.senders = senders;
    }

    /** All that one sender has sent, in the order of the timestamps. */
    private static final class Sendings {
        final List<SentLog.Sent> all;
        final Map<Long, Integer> indexes = new HashMap<>();

        Sendings(List<SentLog.Sent> all) {
            this.all = all;
            for (int i = 0; i < all.size(); i++) {
                indexes.put(all.get(i).timestampMs(), i);
            }
        }
    }

    /** One series: in which of its sender's requests it was, from the first to the last, and how often each was seen. */
    private static final class Expected {
        final GeneratedSeries series;
        final Sendings sendings;
        final int first;
        int last;
        byte[] copies = {};
        long newest = Long.MIN_VALUE;

        Expected(GeneratedSeries series, Sendings sendings, int first) {
            this.series = series;
            this.sendings = sendings;
            this.first = first;
        }

        /** How often the sample has been seen, this time included; -1 when it was never sent. */
        int see(long timestampMs) {
            int index = sendings.indexes.getOrDefault(timestampMs, -1);
            return index < first || index > last ? -1 : ++copies[index - first];
        }
    }

    Findings check() {
        for (LoadSender sender : senders) {
            Sendings sendings = new Sendings(sender.log().between(Long.MIN_VALUE, Long.MAX_VALUE));
            for (int i = 0; i < sendings.all.size(); i++) {
                int index = i;
                for (GeneratedSeries series :
                        sender.series().at(sendings.all.get(i).timestampMs())) {
                    expected.computeIfAbsent(
                                    CanonicalLabels.id(series.labels()), id -> new Expected(series, sendings, index))
                            .last = index;
                }
            }
        }
        expected.values().forEach(one -> one.copies = new byte[one.last - one.first + 1]);
        readAll();
        expected.values().forEach(this::findMissing);
        return findings;
    }

    private void findMissing(Expected one) {
        for (int i = 0; i < one.copies.length; i++) {
            SentLog.Sent sent = one.sendings.all.get(one.first + i);
            if (sent.acknowledged() && one.copies[i] == 0) {
                findings.missing(one.series.labels() + " at " + sent.timestampMs());
            }
        }
    }

    private void readAll() {
        String topic = Topics.of(settings).samples();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(KafkaClients.consumer(settings, "torture-audit"))) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (Torture.INSTANCE.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                        take(record.value());
                    }
                }
            }
        }
    }

    private void take(byte[] batch) {
        SampleBatchReader reader = new SampleBatchReader();
        reader.wrap(batch);
        while (true) {
            switch (reader.nextEntry()) {
                case SERIES_BY_ID, SERIES_WITH_LABELS -> takeSeries(reader);
                case METADATA -> {}
                case END -> {
                    return;
                }
            }
        }
    }

    private void takeSeries(SampleBatchReader reader) {
        SeriesId id = new SeriesId(reader.idHigh(), reader.idLow());
        Expected one = expected.get(id);
        while (true) {
            switch (reader.nextItem()) {
                case SAMPLE -> {
                    if (one == null) {
                        findings.wrong("nobody sent the series " + id);
                    } else {
                        take(one, reader.timestampMs(), reader.valueBits());
                    }
                }
                case HISTOGRAM, EXEMPLAR -> findings.wrong("nobody sent histograms or exemplars of " + id);
                case END -> {
                    return;
                }
            }
        }
    }

    private void take(Expected one, long timestampMs, long bits) {
        int copies = one.see(timestampMs);
        if (copies < 0) {
            findings.wrong("nobody sent " + one.series.labels() + " at " + timestampMs);
            return;
        }
        SentLog.Sent sent = one.sendings.all.get(one.sendings.indexes.getOrDefault(timestampMs, -1));
        String what = one.series.labels() + " at " + timestampMs;
        if (Double.longBitsToDouble(bits) != one.series.valueAt(timestampMs)) {
            findings.wrong("another value: " + what);
        } else if (copies > sent.attempts()) {
            findings.wrong(copies + " copies of what was sent " + sent.attempts() + " times: " + what);
        } else if (copies == 1 && sent.acknowledged() && timestampMs < one.newest) {
            findings.wrong("out of order: " + what + " after " + one.newest);
        } else {
            findings.right();
        }
        one.newest = Math.max(one.newest, timestampMs);
    }
}
