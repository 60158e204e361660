package io.millrace.writer.partition;

import io.millrace.model.MetricType;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ExemplarRow;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.MetadataRow;
import io.millrace.storage.MetadataStore;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.writer.chunk.OffsetLedger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What comes with samples and is not a sample: exemplars and metadata. Gathered for a moment, then written; the records
 * they came from are held in the ledger until they are durable. Metadata is written only when it changed, because senders
 * repeat all of it every minute. For the owner thread.
 */
final class Extras {
    /** Rows gathered before they are written at once. */
    private static final int MAX_ROWS = 500;

    /** Otherwise they are written after this time. */
    private static final long LINGER_MS = 1_000;

    private static final long NOT_GATHERING = -1;

    /** Metric families remembered to see what changed; when there are more, all are forgotten. 100 bytes each. */
    private static final int MAX_REMEMBERED = 100_000;

    private final MetadataStore metadataStore;
    private final ExemplarStore exemplarStore;
    private final OffsetLedger ledger;
    private final WriteQueue writes;
    private final Map<TenantId, Map<String, Integer>> remembered = new HashMap<>();
    private int rememberedFamilies;
    private final Map<TenantId, List<MetadataRow>> metadata = new HashMap<>();
    private final Map<ChunkPartition, List<ExemplarRow>> exemplars = new HashMap<>();
    private long[] held = new long[64];
    private int rows;
    private long gatheringSinceMs = NOT_GATHERING;

    Extras(MetadataStore metadataStore, ExemplarStore exemplarStore, OffsetLedger ledger, WriteQueue writes) {
        this.metadataStore = metadataStore;
        this.exemplarStore = exemplarStore;
        this.ledger = ledger;
        this.writes = writes;
    }

    void metadata(
            TenantId tenant, String family, MetricType type, String help, String unit, long receivedMs, long offset) {
        Map<String, Integer> known = remembered.computeIfAbsent(tenant, key -> new HashMap<>());
        int hash = Objects.hash(type.ordinal(), help, unit);
        Integer before = known.put(family, hash);
        if (before != null && before == hash) {
            return;
        }
        if (before == null && ++rememberedFamilies > MAX_REMEMBERED) {
            remembered.clear();
            rememberedFamilies = 0;
        }
        metadata.computeIfAbsent(tenant, key -> new ArrayList<>())
                .add(new MetadataRow(family, type, help, unit, receivedMs));
        gathered(offset);
    }

    void exemplar(TenantId tenant, String metric, SampleBatchReader reader, long offset) {
        SeriesId id = new SeriesId(reader.idHigh(), reader.idLow());
        int from = reader.exemplarLabelsOffset();
        byte[] labels = Arrays.copyOfRange(reader.buffer(), from, from + reader.exemplarLabelsLength());
        ChunkPartition partition = new ChunkPartition(
                tenant,
                (int) Math.floorDiv(reader.timestampMs(), 86_400_000L),
                metric,
                id.shard(ChunkPartition.SHARD_BITS));
        exemplars
                .computeIfAbsent(partition, key -> new ArrayList<>())
                .add(new ExemplarRow(
                        id,
                        reader.timestampMs(),
                        labels,
                        Double.longBitsToDouble(reader.valueBits()),
                        reader.receiveTimeMs()));
        gathered(offset);
    }

    private void gathered(long offset) {
        ledger.hold(offset);
        if (rows == held.length) {
            held = Arrays.copyOf(held, 2 * rows);
        }
        held[rows++] = offset;
    }

    /** Writes what was gathered when it is enough or old enough. */
    int doWork(long nowMs) {
        if (rows == 0) {
            gatheringSinceMs = NOT_GATHERING;
            return 0;
        }
        if (gatheringSinceMs == NOT_GATHERING) {
            gatheringSinceMs = nowMs;
        }
        if (rows < MAX_ROWS && nowMs - gatheringSinceMs < LINGER_MS) {
            return 0;
        }
        int written = rows;
        flush();
        return written;
    }

    /** Writes what was gathered. */
    void flush() {
        if (rows == 0) {
            return;
        }
        long[] offsets = Arrays.copyOf(held, rows);
        int[] parts = {metadata.size() + exemplars.size()};
        Runnable durable = () -> {
            if (--parts[0] == 0) {
                for (long offset : offsets) {
                    ledger.release(offset);
                }
            }
        };
        metadata.forEach((tenant, each) -> writes.add(
                new PendingWrite("metadata", () -> metadataStore.write(tenant, each), durable, 200L * each.size())));
        exemplars.forEach((partition, each) -> writes.add(new PendingWrite(
                "exemplars", () -> exemplarStore.write(partition, each), durable, 200L * each.size())));
        // The maps' lists now belong to the writes.
        metadata.clear();
        exemplars.clear();
        rows = 0;
        gatheringSinceMs = NOT_GATHERING;
    }
}
