package io.millrace.writer.chunk;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.wire.openchunks.OpenChunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The series of this partition whose chunks are stored together (see {@link ChunkBucket}). They are flushed together, so
 * that batches are full: a chunk that is sealed earlier, because it is full or a day ended, waits here. For the owner
 * thread.
 */
public final class Bucket {
    /** Chunks in one write: a full batch for the store. */
    private static final int MAX_CHUNKS = 100;

    /** Bytes in one write. */
    private static final long MAX_BYTES = 256 * 1024;

    private final TenantId tenant;
    private final int number;
    private final ChunkRules rules;
    private final OffsetLedger ledger;
    private final ChunkTotals totals;
    private final List<OpenSeries> listed = new ArrayList<>();
    private final List<Sealed> sealed = new ArrayList<>();
    private final Deque<ChunkWrite> underWay = new ArrayDeque<>();

    private record Sealed(int day, MetricChunk chunk) {}

    Bucket(TenantId tenant, int number, ChunkRules rules, OffsetLedger ledger, ChunkTotals totals) {
        this.tenant = tenant;
        this.number = number;
        this.rules = rules;
        this.ledger = ledger;
        this.totals = totals;
    }

    ChunkRules rules() {
        return rules;
    }

    void list(OpenSeries series) {
        listed.add(series);
        totals.openSeries++;
    }

    void begun(GrowingChunk chunk) {
        ledger.hold(ChunkRow.recordOffset(chunk.position()));
        totals.openChunks++;
        totals.openBytes += chunk.size();
    }

    void grown(int bytes) {
        totals.openBytes += bytes;
    }

    void sealed(GrowingChunk growing, MetricChunk chunk) {
        sealed.add(new Sealed(growing.day(), chunk));
        totals.openChunks--;
        totals.openBytes -= growing.size();
        totals.sealedChunks++;
        totals.sealedSamples += growing.samples();
        totals.sealedBytes += chunk.row().data().length;
        totals.waitingBytes += chunk.row().data().length;
    }

    /** Seals everything and hands it to {@code out} in writes of a good size. */
    void flush(Consumer<ChunkWrite> out) {
        for (OpenSeries series : listed) {
            series.sealForFlush();
        }
        totals.openSeries -= listed.size();
        listed.clear();
        Map<Integer, List<MetricChunk>> days = new TreeMap<>();
        for (Sealed each : sealed) {
            days.computeIfAbsent(each.day(), day -> new ArrayList<>()).add(each.chunk());
        }
        sealed.clear();
        days.forEach((day, chunks) -> cut(new ChunkBucket(tenant, day, number), chunks, out));
    }

    private void cut(ChunkBucket target, List<MetricChunk> chunks, Consumer<ChunkWrite> out) {
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < chunks.size(); i++) {
            int size = chunks.get(i).row().data().length;
            if (i > from && (i - from == MAX_CHUNKS || bytes + size > MAX_BYTES)) {
                send(target, chunks.subList(from, i), bytes, out);
                from = i;
                bytes = 0;
            }
            bytes += size;
        }
        send(target, chunks.subList(from, chunks.size()), bytes, out);
    }

    private void send(ChunkBucket target, List<MetricChunk> chunks, long bytes, Consumer<ChunkWrite> out) {
        ChunkWrite write = new ChunkWrite(this, target, List.copyOf(chunks), bytes);
        underWay.add(write);
        out.accept(write);
    }

    void durable(ChunkWrite write) {
        if (!underWay.remove(write)) {
            throw new IllegalStateException("a write of bucket " + number + " ended twice");
        }
        for (MetricChunk chunk : write.chunks()) {
            ledger.release(ChunkRow.recordOffset(chunk.row().offset()));
        }
        totals.waitingBytes -= write.bytes();
    }

    /** Copies of the chunks of all series that grow and overlap the range. */
    void copyGrowing(long fromMs, long toMs, Consumer<OpenChunk> out) {
        for (OpenSeries series : listed) {
            series.copy(fromMs, toMs, out);
        }
    }

    /** The chunks that are sealed, not durable yet, of a wanted series, and overlap the range. */
    void copySealed(Predicate<SeriesId> wanted, long fromMs, long toMs, Consumer<OpenChunk> out) {
        for (Sealed each : sealed) {
            copy(each.chunk().row(), wanted, fromMs, toMs, out);
        }
        for (ChunkWrite write : underWay) {
            for (MetricChunk chunk : write.chunks()) {
                copy(chunk.row(), wanted, fromMs, toMs, out);
            }
        }
    }

    private static void copy(
            ChunkRow row, Predicate<SeriesId> wanted, long fromMs, long toMs, Consumer<OpenChunk> out) {
        if (row.startMs() <= toMs && row.endMs() >= fromMs && wanted.test(row.series())) {
            out.accept(new OpenChunk(
                    row.series(), row.startMs(), row.offset(), row.endMs(), row.samples(), row.encoding(), row.data()));
        }
    }
}
