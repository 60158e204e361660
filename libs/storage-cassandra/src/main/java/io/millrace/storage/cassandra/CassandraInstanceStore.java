package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.InstanceStore;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.SeriesRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Drops whole partitions, one tombstone each. Thread-safe. */
final class CassandraInstanceStore implements InstanceStore {
    private static final int SHARDS = 1 << SeriesRegistry.SHARD_BITS;

    private final Requests requests;
    private final List<PreparedStatement> byBucket = new ArrayList<>();
    private final PreparedStatement series;
    private final PreparedStatement marks;
    private final PreparedStatement metadata;
    private final PreparedStatement selectSeries;

    CassandraInstanceStore(CqlSession session) {
        this.requests = new Requests(session);
        for (RetentionClass each : RetentionClass.values()) {
            byBucket.add(deleteBucket(session, ChunkTable.of(each)));
            byBucket.add(deleteBucket(session, MergedTable.of(each)));
            byBucket.add(deleteBucket(session, AggregateStatements.table(each)));
        }
        byBucket.add(deleteBucket(session, "exemplars"));
        series = session.prepare("DELETE FROM series_by_day WHERE tenant = ? AND day = ? AND shard = ?");
        marks = session.prepare("DELETE FROM merge_marks WHERE tenant = ? AND day = ?");
        metadata = session.prepare("DELETE FROM metadata WHERE tenant = ?");
        selectSeries =
                session.prepare("SELECT metric FROM series_by_day WHERE tenant = ? AND day = ? AND shard = ? LIMIT 1");
    }

    private static PreparedStatement deleteBucket(CqlSession session, String table) {
        return session.prepare("DELETE FROM " + table + " WHERE tenant = ? AND day = ? AND bucket = ?");
    }

    @Override
    public boolean hasSeries(TenantId tenant, int day) {
        for (int shard = 0; shard < SHARDS; shard++) {
            if (requests.rows("series of a day", selectSeries.bind(tenant.value(), day, (byte) shard))
                    .hasNext()) {
                return true;
            }
        }
        return false;
    }

    /** The registry last: as long as it is there the day is found again. */
    @Override
    public void dropDay(TenantId tenant, int day) {
        for (int bucket = 0; bucket < ChunkBucket.COUNT; bucket++) {
            List<CompletionStage<Void>> drops = new ArrayList<>();
            for (PreparedStatement each : byBucket) {
                drops.add(requests.write("the drop of a bucket", each.bind(tenant.value(), day, (short) bucket)));
            }
            Requests.all(drops).toCompletableFuture().join();
        }
        List<CompletionStage<Void>> drops = new ArrayList<>();
        drops.add(requests.write("the drop of merge marks", marks.bind(tenant.value(), day)));
        for (int shard = 0; shard < SHARDS; shard++) {
            drops.add(requests.write("the drop of series", series.bind(tenant.value(), day, (byte) shard)));
        }
        Requests.all(drops).toCompletableFuture().join();
    }

    @Override
    public void dropMetadata(TenantId tenant) {
        requests.write("the drop of metadata", metadata.bind(tenant.value()))
                .toCompletableFuture()
                .join();
    }
}
