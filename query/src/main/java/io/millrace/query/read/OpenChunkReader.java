package io.millrace.query.read;

import io.millrace.model.SeriesId;
import io.millrace.query.read.PartitionOwners.Owners;
import io.millrace.query.read.WriterClient.WriterException;
import io.millrace.wire.Partitions;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenChunkRequest;
import io.millrace.wire.openchunks.OpenPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Gets the open chunks of series from the writers that own them, each writer asked once and all at the same time. A
 * partition whose writer does not answer, is gone, or says that it has lost the partition, is asked once more after the
 * owners were looked up again. What is missing then becomes a warning, never an error: the rest is right. Thread-safe.
 */
final class OpenChunkReader implements OpenChunks {
    private final PartitionOwners owners;
    private final WriterClient writers;
    private final ExecutorService pool;
    private final Duration lagWarning;
    private final LongSupplier clockMs;

    /** @param lagWarning how long a record may wait for its writer before answers carry a warning */
    OpenChunkReader(
            PartitionOwners owners,
            WriterClient writers,
            ExecutorService pool,
            Duration lagWarning,
            LongSupplier clockMs) {
        this.owners = owners;
        this.writers = writers;
        this.pool = pool;
        this.lagWarning = lagWarning;
        this.clockMs = clockMs;
    }

    /** What one writer said, or why it did not. */
    private record Reply(WriterClient.Answer answer, String problem) {
        static final WriterClient.Answer NONE = new WriterClient.Answer(List.of(), List.of());
    }

    @Override
    public Map<SeriesId, List<StoredChunk>> read(QueryScope scope, List<SeriesId> series, long fromMs, long toMs) {
        Map<Integer, List<SeriesId>> wanted = byPartition(series);
        wanted.keySet().forEach(scope.freshness()::asked);
        Map<SeriesId, List<StoredChunk>> chunks = new HashMap<>();
        Owners first = owners.current();
        Map<Integer, String> missed = ask(scope, first, wanted, fromMs, toMs, chunks);
        if (!missed.isEmpty()) {
            wanted.keySet().retainAll(missed.keySet());
            Owners second = owners.refresh(first);
            missed = ask(scope, second, wanted, fromMs, toMs, chunks);
            missed.forEach(scope.freshness()::missing);
        }
        return chunks;
    }

    private Map<Integer, List<SeriesId>> byPartition(List<SeriesId> series) {
        Map<Integer, List<SeriesId>> result = new HashMap<>();
        for (SeriesId id : series) {
            int partition = Partitions.partition(id.high(), id.low(), owners.partitions());
            result.computeIfAbsent(partition, p -> new ArrayList<>()).add(id);
        }
        return result;
    }

    /** Returns the partitions to ask again, with the reason. */
    private Map<Integer, String> ask(
            QueryScope scope,
            Owners from,
            Map<Integer, List<SeriesId>> wanted,
            long fromMs,
            long toMs,
            Map<SeriesId, List<StoredChunk>> chunks) {
        Map<Integer, String> missed = new HashMap<>();
        Map<String, Set<Integer>> byWriter = new LinkedHashMap<>();
        for (Integer partition : wanted.keySet()) {
            String writer = from.of(partition);
            if (writer == null) {
                String why = from.problem();
                missed.put(partition, why == null ? "no writer owns it" : why);
            } else {
                byWriter.computeIfAbsent(writer, w -> new HashSet<>()).add(partition);
            }
        }
        Map<String, Future<Reply>> replies = new LinkedHashMap<>();
        byWriter.forEach((writer, partitions) -> {
            List<SeriesId> ids = new ArrayList<>();
            partitions.forEach(partition -> ids.addAll(wanted.getOrDefault(partition, List.of())));
            Callable<Reply> question = () -> ask(writer, new OpenChunkRequest(scope.tenant(), fromMs, toMs, ids));
            replies.put(writer, pool.submit(question));
        });
        try {
            replies.forEach((writer, reply) -> {
                Reply said = scope.await(reply);
                Set<Integer> partitions = byWriter.getOrDefault(writer, Set.of());
                take(scope, said, partitions, writer, chunks, missed);
            });
        } finally {
            replies.values().forEach(reply -> reply.cancel(true));
        }
        return missed;
    }

    private Reply ask(String writer, OpenChunkRequest question) throws InterruptedException {
        try {
            return new Reply(writers.ask(writer, question), "");
        } catch (WriterException e) {
            return new Reply(Reply.NONE, String.valueOf(e.getMessage()));
        }
    }

    private void take(
            QueryScope scope,
            Reply reply,
            Set<Integer> partitions,
            String writer,
            Map<SeriesId, List<StoredChunk>> chunks,
            Map<Integer, String> missed) {
        for (OpenChunk chunk : reply.answer().chunks()) {
            scope.countBytes(chunk.data().length);
            chunks.computeIfAbsent(chunk.series(), s -> new ArrayList<>(1)).add(StoredChunk.of(chunk));
        }
        Map<Integer, OpenPartition> states = new HashMap<>();
        reply.answer().partitions().forEach(state -> states.put(state.partition(), state));
        for (Integer partition : partitions) {
            OpenPartition state = states.get(partition);
            if (!reply.problem().isEmpty()) {
                missed.put(partition, reply.problem());
            } else if (state == null || state.state() == OpenPartition.State.LOST) {
                missed.put(partition, "writer " + writer + " does not own it any more");
            } else {
                warnOfLag(scope, writer, state);
            }
        }
    }

    private void warnOfLag(QueryScope scope, String writer, OpenPartition state) {
        if (state.state() == OpenPartition.State.CATCHING_UP) {
            scope.freshness().missing(state.partition(), "writer " + writer + " is catching up after a restart");
            return;
        }
        long lagMs = clockMs.getAsLong() - state.receivedUntilMs();
        if (state.recordsBehind() == 0 || state.receivedUntilMs() <= 0 || lagMs <= lagWarning.toMillis()) {
            return;
        }
        // a negative figure: the writer has not heard from the broker for a while, after a pause or an outage
        scope.freshness()
                .missing(
                        state.partition(),
                        state.recordsBehind() > 0
                                ? "writer " + writer + " is " + lagMs / 1000 + " s behind the gateway"
                                : "writer " + writer + " does not know how far it is behind the gateway");
    }
}
