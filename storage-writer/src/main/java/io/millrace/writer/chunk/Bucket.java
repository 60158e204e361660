package io.millrace.writer.chunk;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.wire.openchunks.OpenChunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
    private final PlainChunks plain;
    private final SeriesTable table;
    /** Of series in {@link PlainChunks}; some may have moved to {@link #objects}. */
    private int[] listed = new int[16];

    private int listedCount;
    private final List<OpenSeries> objects = new ArrayList<>();
    private final List<Sealed> sealed = new ArrayList<>();
    private final Deque<ChunkWrite> underWay = new ArrayDeque<>();

    private record Sealed(int day, MetricChunk chunk) {}

    private static final Comparator<Sealed> BY_ROW = Comparator.comparing(
                    (Sealed each) -> each.chunk().metric())
            .thenComparing(each -> each.chunk().row().series());

    Bucket(
            TenantId tenant,
            int number,
            ChunkRules rules,
            OffsetLedger ledger,
            ChunkTotals totals,
            PlainChunks plain,
            SeriesTable table) {
        this.tenant = tenant;
        this.number = number;
        this.rules = rules;
        this.ledger = ledger;
        this.totals = totals;
        this.plain = plain;
        this.table = table;
    }

    ChunkRules rules() {
        return rules;
    }

    /** Takes in a series with its chunk in {@link PlainChunks}. */
    void list(int chunk) {
        if (listedCount == listed.length) {
            listed = Arrays.copyOf(listed, listedCount + (listedCount >> 1));
        }
        listed[listedCount++] = chunk;
        totals.openSeries++;
    }

    /** Takes in a series that is an object from the beginning. */
    void list(OpenSeries series) {
        objects.add(series);
        totals.openSeries++;
    }

    /** Takes in a series again that has become an object. */
    void listMoved(OpenSeries series) {
        objects.add(series);
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
        sealed(growing.day(), growing.size(), chunk);
    }

    /** Seals a chunk in {@link PlainChunks}, which is to be freed or begun again. */
    void sealPlain(int chunk) {
        int slot = plain.slot(chunk);
        MetricChunk row = plain.seal(chunk, id(slot), table.metric(slot));
        sealed(plain.day(chunk), plain.size(chunk), row);
    }

    private SeriesId id(int slot) {
        return new SeriesId(table.idHigh(slot), table.idLow(slot));
    }

    private void sealed(int day, int size, MetricChunk chunk) {
        sealed.add(new Sealed(day, chunk));
        totals.openChunks--;
        totals.openBytes -= size;
        totals.sealedChunks++;
        totals.sealedSamples += chunk.row().samples();
        totals.sealedBytes += chunk.row().data().length;
        totals.waitingBytes += chunk.row().data().length;
    }

    /** Seals everything and hands it to {@code out} in writes of a good size. */
    void flush(Consumer<ChunkWrite> out) {
        for (int i = 0; i < listedCount; i++) {
            int chunk = listed[i];
            if (!plain.isMovedOut(chunk)) {
                sealPlain(chunk);
                table.setChunk(plain.slot(chunk), SeriesTable.NO_CHUNK);
                totals.openSeries--;
            }
            plain.free(chunk);
        }
        listedCount = 0;
        for (OpenSeries series : objects) {
            series.seal();
            table.setObject(table.find(series.id().high(), series.id().low()), null);
        }
        totals.openSeries -= objects.size();
        objects.clear();
        // Rows in the order of the table: what Cassandra sorts otherwise, and equal names stand together.
        sealed.sort(BY_ROW);
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
        for (int i = 0; i < listedCount; i++) {
            int chunk = listed[i];
            if (!plain.isMovedOut(chunk) && plain.overlaps(chunk, fromMs, toMs)) {
                out.accept(plain.copy(chunk, id(plain.slot(chunk))));
            }
        }
        for (OpenSeries series : objects) {
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
