package io.millrace.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.CassandraNodeSettings;
import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.TenantId;
import io.millrace.runtime.config.Configuration;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.SeriesRow;
import io.millrace.storage.cassandra.CassandraSettings;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.testkit.prometheus.RawSeries;
import io.millrace.testkit.prometheus.RawSeries.RawSample;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.labels.CanonicalLabels;
import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands in Cassandra, read past the query service: bit for bit, stale markers included. For a data folder that no
 * Millrace runs in.
 */
final class StoredSamples {

    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    /** Configuration of the store alone. */
    @ConfigMapping(prefix = "check")
    interface CheckSettings {
        CassandraSettings cassandra();
    }

    private StoredSamples() {}

    /** All series of an instance with their samples between two times, both inclusive; sorted by labels. */
    static List<RawSeries> read(Path dataFolder, TenantId tenant, long fromMs, long toMs) throws Exception {
        try (CassandraNode node = CassandraNode.start(CassandraNodeSettings.in(dataFolder.resolve("cassandra")))) {
            CheckSettings settings = Configuration.load(
                    CheckSettings.class,
                    null,
                    Map.of("MILLRACE_CHECK_CASSANDRA_CONTACT_POINTS", "127.0.0.1:" + node.port()));
            try (CassandraStore store = new CassandraStore(
                    settings.cassandra(),
                    RetentionPolicy.fixed(RetentionClass.DAYS_15),
                    "check",
                    new SimpleMeterRegistry())) {
                store.start();
                return read(store, tenant, fromMs, toMs);
            }
        }
    }

    private static List<RawSeries> read(CassandraStore store, TenantId tenant, long fromMs, long toMs) {
        Map<Labels, TreeMap<Long, Long>> all = new TreeMap<>();
        for (int day = (int) (fromMs / DAY_MILLIS); day <= toMs / DAY_MILLIS; day++) {
            List<SeriesRow> rows = new ArrayList<>();
            store.series().read(tenant, day, rows::add);
            for (SeriesRow row : rows) {
                Labels labels = CanonicalLabels.decode(row.labels(), 0, row.labels().length);
                TreeMap<Long, Long> samples = all.computeIfAbsent(labels, unused -> new TreeMap<>());
                ChunkPartition partition =
                        new ChunkPartition(tenant, day, row.metric(), row.id().shard(ChunkPartition.SHARD_BITS));
                store.chunks().read(partition, List.of(row.id()), Long.MIN_VALUE, Long.MAX_VALUE, chunk -> {
                    SampleColumns columns = new SampleColumns();
                    Chunks.decode(chunk.encoding(), chunk.data(), fromMs, toMs, columns);
                    for (int i = 0; i < columns.size(); i++) {
                        long bits = Double.doubleToRawLongBits(columns.value(i));
                        Long other = samples.put(columns.timestamp(i), bits);
                        // a replay may store a sample twice, never with two values
                        assertThat(other == null || other == bits)
                                .as("two values of %s at %s", labels, columns.timestamp(i))
                                .isTrue();
                    }
                });
            }
        }
        List<RawSeries> series = new ArrayList<>();
        all.forEach((labels, samples) -> {
            if (!samples.isEmpty()) {
                List<RawSample> list = new ArrayList<>();
                samples.forEach((timestamp, bits) -> list.add(new RawSample(timestamp, bits)));
                series.add(new RawSeries(labels, list));
            }
        });
        return series;
    }
}
