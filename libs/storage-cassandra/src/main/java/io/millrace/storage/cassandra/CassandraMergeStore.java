package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.DeletedExemplars;
import io.millrace.storage.MergeMark;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MergedRow;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The merge's view of {@code chunks_*}, {@code merged_*} and {@code merge_marks}. Thread-safe.
 *
 * <p>Chunks have the receive time of their last sample as write time ({@link InsertChunk#writeTime}), so one partition
 * tombstone with a write time drops exactly those that were received by then. Merged rows are written with the time their
 * merge covers: the version of a later merge stays, whoever writes last.
 */
final class CassandraMergeStore implements MergeStore {
    /** Key columns and lengths of a row beside its data and metric. */
    private static final int ROW_BYTES = 80;

    private final Requests requests;
    private final RetentionPolicy retention;
    private final LongSupplier clockMs;
    private final Map<RetentionClass, SelectBucket> chunks = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, SelectMerged> merged = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, InsertMerged> insert = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, AggregateStatements> aggregates = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, PreparedStatement> drop = new EnumMap<>(RetentionClass.class);
    private final DeleteExemplars dropExemplars;
    private final PreparedStatement insertMark;
    private final PreparedStatement selectMarks;

    CassandraMergeStore(CqlSession session, RetentionPolicy retention, LongSupplier clockMs) {
        this.requests = new Requests(session);
        this.retention = retention;
        this.clockMs = clockMs;
        for (RetentionClass each : RetentionClass.values()) {
            chunks.put(each, new SelectBucket(session, each));
            merged.put(each, new SelectMerged(session, each));
            insert.put(each, new InsertMerged(session, each));
            aggregates.put(each, new AggregateStatements(session, each));
            drop.put(
                    each,
                    session.prepare("DELETE FROM " + ChunkTable.of(each)
                            + " USING TIMESTAMP ? WHERE tenant = ? AND day = ? AND bucket = ?"));
        }
        dropExemplars = new DeleteExemplars(session);
        insertMark = session.prepare("INSERT INTO merge_marks"
                + " (tenant, day, shard, received_until_ms, merged_ms, series, samples, bytes, purged)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        selectMarks = session.prepare("SELECT shard, received_until_ms, merged_ms, series, samples, bytes, purged"
                + " FROM merge_marks WHERE tenant = ? AND day = ?");
    }

    @Override
    public Iterator<BucketSeries> read(ChunkBucket bucket, long receivedUntilMs) {
        List<RowIterator> stored = new ArrayList<>();
        List<RowIterator> earlier = new ArrayList<>();
        for (RetentionClass each : retention.readFrom(bucket.tenant())) {
            stored.add(requests.rows("chunks of a bucket", of(chunks, each).bind(bucket)));
            earlier.add(
                    requests.rows("merged rows of a bucket", of(merged, each).bind(bucket)));
        }
        return new BucketSeriesIterator(stored, earlier, receivedUntilMs);
    }

    @Override
    public boolean hasChunks(ChunkBucket bucket, long receivedUntilMs) {
        for (RetentionClass each : retention.readFrom(bucket.tenant())) {
            RowIterator rows = requests.rows(
                    "chunks of a bucket", of(chunks, each).bind(bucket).setPageSize(100));
            while (rows.hasNext()) {
                if (SelectBucket.receivedMs(rows.next()) <= receivedUntilMs) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Rows of a day that is past the retention are not written: they would have expired. */
    @Override
    public CompletionStage<Void> write(ChunkBucket bucket, long receivedUntilMs, List<MergedRow> rows) {
        RetentionClass target = retention.writeTo(bucket.tenant());
        int ttlSeconds = Expiry.secondsLeft(target, bucket.day(), clockMs.getAsLong());
        if (ttlSeconds < 1) {
            return CompletableFuture.completedFuture(null);
        }
        InsertMerged statement = of(insert, target);
        List<CompletionStage<Void>> writes = new ArrayList<>();
        Batches.cut(rows, row -> bytes(row.metric(), row.chunk()), batch -> {
            List<BoundStatement> bound = new ArrayList<>(batch.size());
            for (MergedRow row : batch) {
                bound.add(statement.bind(bucket, row, receivedUntilMs, ttlSeconds));
            }
            writes.add(requests.writeBatch("merged rows", bound));
        });
        return Requests.all(writes);
    }

    @Override
    public CompletionStage<Void> writeAggregates(ChunkBucket bucket, long receivedUntilMs, List<AggregateRow> rows) {
        RetentionClass target = retention.writeTo(bucket.tenant());
        int ttlSeconds = Expiry.secondsLeft(target, bucket.day(), clockMs.getAsLong());
        if (ttlSeconds < 1) {
            return CompletableFuture.completedFuture(null);
        }
        AggregateStatements statements = of(aggregates, target);
        List<CompletionStage<Void>> writes = new ArrayList<>();
        Batches.cut(rows, row -> bytes(row.metric(), row.chunk()), batch -> {
            List<BoundStatement> bound = new ArrayList<>(batch.size());
            for (AggregateRow row : batch) {
                bound.add(statements.insert(bucket, row, receivedUntilMs, ttlSeconds));
            }
            writes.add(requests.writeBatch("aggregates", bound));
        });
        return Requests.all(writes);
    }

    private static int bytes(String metric, ChunkRow row) {
        return ROW_BYTES + metric.length() + row.data().length;
    }

    @Override
    public List<ChunkRow> readMerged(ChunkBucket bucket, String metric, SeriesId series) {
        List<ChunkRow> rows = new ArrayList<>();
        for (RetentionClass each : retention.readFrom(bucket.tenant())) {
            BoundStatement select = of(merged, each).bind(bucket, metric, List.of(series), Long.MAX_VALUE);
            requests.rows("merged rows of " + metric, select).forEachRemaining(row -> rows.add(SelectMerged.read(row)));
        }
        return rows;
    }

    @Override
    public CompletionStage<Void> dropMerged(ChunkBucket bucket, long receivedUntilMs, List<MergedRow> rows) {
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (RetentionClass each : retention.readFrom(bucket.tenant())) {
            InsertMerged statement = of(insert, each);
            Batches.cut(rows, row -> ROW_BYTES, batch -> {
                List<BoundStatement> bound = new ArrayList<>(batch.size());
                for (MergedRow row : batch) {
                    bound.add(statement.bindDelete(bucket, row, receivedUntilMs));
                }
                writes.add(requests.writeBatch("drops of merged rows", bound));
            });
        }
        return Requests.all(writes);
    }

    @Override
    public CompletionStage<Void> dropChunks(ChunkBucket bucket, long receivedUntilMs) {
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (RetentionClass each : retention.readFrom(bucket.tenant())) {
            writes.add(requests.write(
                    "the drop of a bucket",
                    of(drop, each)
                            .bind(
                                    InsertChunk.writeTime(receivedUntilMs, Integer.MAX_VALUE),
                                    bucket.tenant().value(),
                                    bucket.day(),
                                    (short) bucket.number())));
        }
        return Requests.all(writes);
    }

    @Override
    public CompletionStage<Void> dropExemplars(ChunkPartition partition, SeriesId series, DeletedExemplars deleted) {
        return requests.write("the drop of exemplars", dropExemplars.bind(partition, series, deleted));
    }

    @Override
    public CompletionStage<Void> mark(TenantId tenant, int day, MergeMark mark) {
        return requests.write(
                "a merge mark",
                insertMark
                        .boundStatementBuilder()
                        .setString(0, tenant.value())
                        .setInt(1, day)
                        .setByte(2, (byte) mark.shard())
                        .setLong(3, mark.receivedUntilMs())
                        .setLong(4, mark.mergedMs())
                        .setLong(5, mark.series())
                        .setLong(6, mark.samples())
                        .setLong(7, mark.bytes())
                        .setSet(8, mark.purged(), String.class)
                        .build());
    }

    @Override
    public List<MergeMark> marks(TenantId tenant, int day) {
        List<MergeMark> marks = new ArrayList<>();
        requests.rows("merge marks", selectMarks.bind(tenant.value(), day))
                .forEachRemaining(row -> marks.add(mark(row)));
        return marks;
    }

    private static MergeMark mark(Row row) {
        Set<String> purged = row.getSet(6, String.class);
        return new MergeMark(
                row.getByte(0),
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                purged == null ? Set.of() : purged);
    }

    private static <T> T of(Map<RetentionClass, T> map, RetentionClass which) {
        return Objects.requireNonNull(map.get(which));
    }
}
