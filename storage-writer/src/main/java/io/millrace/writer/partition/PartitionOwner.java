package io.millrace.writer.partition;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.PartitionProgress;
import io.millrace.wire.MalformedException;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenPartition;
import io.millrace.writer.chunk.ChunkTotals;
import io.millrace.writer.chunk.ChunkWrite;
import io.millrace.writer.chunk.OffsetLedger;
import io.millrace.writer.chunk.PartitionChunks;
import io.millrace.writer.chunk.TenantChunks;
import io.millrace.writer.partition.SampleIntake.Progress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of one partition: one thread to which all state of the partition belongs. What comes from other threads comes
 * through queues; what goes out are volatile figures.
 *
 * <h2>The order that keeps data safe</h2>
 *
 * <ol>
 *   <li>a sample is appended to an open chunk; the chunk holds the offset of the record of its first sample in the ledger
 *   <li>the chunk is sealed and written to the store; until the store has acknowledged it, it stays readable here
 *   <li>the ledger releases the offset; only then can {@link #committableSamples} pass it
 *   <li>the consumer thread commits what is committable
 * </ol>
 *
 * A crash between any two steps repeats steps and loses nothing; writing a chunk again is writing it once.
 *
 * <h2>A series that is not in the dictionary</h2>
 *
 * <p>The processor announces a series in the same transaction as its first sample, but the two topics are read by two
 * consumers, so the sample can be here first. The owner then asks where the partition of {@code series} ends (after the
 * sample was seen), and waits until everything below is in the dictionary. If the series is still not there it never was
 * announced: the record goes to the quarantine, and the series is skipped. Nothing is guessed and nothing dropped.
 */
public final class PartitionOwner implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(PartitionOwner.class);

    /** Longest sleep of an idle owner; whoever puts something in wakes it. */
    private static final long IDLE_NANOS = 20_000_000;

    /** Records taken in before other work has its turn. */
    private static final int SAMPLES_IN_A_ROW = 8;

    private static final int SERIES_IN_A_ROW = 2_000;

    /** Questions waiting for an answer; more are refused. */
    private static final int MAX_QUESTIONS = 64;

    /** The consumer polls ten times a second; an older figure is from before a pause of the process and tells nothing. */
    private static final long LAG_VALID_MS = 2_000;

    private static final long SWEEP_EVERY_MS = 3_600_000;

    private final OwnerStart start;
    private final OwnerSettings settings;
    private final SeriesEnd seriesEnd;
    private final Quarantine quarantine;
    private final WriterMetrics metrics;
    private final LongSupplier clockMs;
    private final RecordInbox samples;
    private final RecordInbox series;
    private final OffsetLedger sampleLedger;
    private final OffsetLedger seriesLedger;
    private final PartitionChunks chunks;
    private final WriteQueue writes;
    private final Extras extras;
    private final SeriesIntake seriesIntake;
    private final SampleIntake sampleIntake;
    private final Consumer<ChunkWrite> chunkWriter;
    private final BlockingQueue<Question> questions = new ArrayBlockingQueue<>(MAX_QUESTIONS);
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    // Of the owner thread.
    /** Every record of {@code series} below this offset is in the dictionary. */
    private long seriesTaken;

    private boolean waitsForSeries;
    /** Once the dictionary is that far, a series the current record needs is there or nowhere; -1 when not known. */
    private long seriesTarget = -1;

    private @Nullable CompletableFuture<Long> seriesTargetAsked;
    private boolean drainBegun;
    private long lastRecordAtMs;
    private long sweptAtMs;
    private long countedAtMs;
    private final Deque<Receipt> receipts = new ArrayDeque<>();
    private final long[] reported = new long[3];

    // Written by the owner thread or the consumers, read by all.
    private volatile @Nullable Thread thread;
    private volatile boolean draining;
    private volatile boolean stopped;
    private volatile boolean lost;
    private volatile long committableSamples;
    private volatile long committableSeries;
    private volatile long next;
    private volatile long receivedUntilMs;
    private volatile long durableUntilMs;
    /** As {@link #durableUntilMs}, but 0 until this owner knows: what its predecessor left may be older than its start. */
    private volatile long storedUntilMs;

    private volatile long fetchLag = -1;
    private volatile long fetchLagAtMs;
    private volatile long knownSeries;
    private volatile @Nullable Throwable failure;

    /** A question to the owner thread, to be answered with copies of chunks. */
    private record Question(Consumer<Consumer<OpenChunk>> ask, CompletableFuture<List<OpenChunk>> answer) {}

    /** Records below this offset were received before this time; one for each second at most. */
    private record Receipt(long offset, long receivedMs) {}

    public PartitionOwner(
            OwnerStart start,
            OwnerSettings settings,
            Stores stores,
            SeriesEnd seriesEnd,
            Quarantine quarantine,
            WriterMetrics metrics,
            LongSupplier clockMs) {
        this.start = start;
        this.settings = settings;
        this.seriesEnd = seriesEnd;
        this.quarantine = quarantine;
        this.metrics = metrics;
        this.clockMs = clockMs;
        this.samples = new RecordInbox(settings.maxInboxBytes(), start.samplesOffset());
        this.series = new RecordInbox(settings.maxInboxBytes(), 0);
        this.sampleLedger = new OffsetLedger(start.samplesOffset());
        this.seriesLedger = new OffsetLedger(start.seriesRegistered());
        this.chunks = new PartitionChunks(settings.rules(), sampleLedger);
        this.writes = new WriteQueue(
                "partition-" + start.partition(), settings.maxWritesUnderWay(), clockMs, metrics, this::wake);
        this.extras = new Extras(stores.metadata(), stores.exemplars(), sampleLedger, writes);
        this.seriesIntake = new SeriesIntake(chunks, stores.series(), seriesLedger, writes);
        this.sampleIntake = new SampleIntake(chunks, extras, metrics, clockMs);
        this.chunkWriter = write -> writes.add(new PendingWrite(
                "chunks", () -> stores.chunks().write(write.target(), write.chunks()), write::durable, write.bytes()));
        this.committableSamples = start.samplesOffset();
        this.committableSeries = start.seriesRegistered();
        this.next = start.samplesOffset();
        this.lastRecordAtMs = clockMs.getAsLong();
        this.sweptAtMs = lastRecordAtMs;
        this.durableUntilMs = lastRecordAtMs;
    }

    public int partition() {
        return start.partition();
    }

    /** Where the consumer of {@code samples} puts records. */
    public RecordInbox samples() {
        return samples;
    }

    /** Where the consumer of {@code series} puts records. */
    public RecordInbox series() {
        return series;
    }

    /** The duty cycle, until {@link #stop} or a failure. */
    @Override
    public void run() {
        thread = Thread.currentThread();
        WriterMetrics.PartitionGauges gauges = metrics.partition(this);
        try {
            while (!stopped) {
                if (doWork() == 0) {
                    LockSupport.parkNanos(IDLE_NANOS);
                }
            }
        } catch (Throwable e) {
            // Whatever it was, the state may be broken: nothing more is committed, and the records are read again.
            failure = e;
            log.error("owner failed, its records will be read again partition={}", partition(), e);
        } finally {
            lost = true;
            gauges.close();
            writes.abandon();
            refuseQuestions();
            ended.complete(null);
        }
    }

    /** Wakes the owner after something was put in. Any thread. */
    public void wake() {
        Thread sleeping = thread;
        if (sleeping != null) {
            LockSupport.unpark(sleeping);
        }
    }

    /** One turn; returns how much was done. For the owner thread, and for tests in its place. */
    int doWork() {
        long now = clockMs.getAsLong();
        int work = writes.doWork();
        work += answerQuestions();
        if (!draining) {
            work += takeSeries();
            work += takeSamples(now);
            flushDue(now);
        } else {
            drain();
        }
        work += extras.doWork(now);
        work += seriesIntake.doWork(now);
        work += writes.doWork();
        sweep(now);
        publish(now);
        return work;
    }

    private int takeSeries() {
        int taken = 0;
        while (taken < SERIES_IN_A_ROW && !isBackedUp()) {
            long upTo = series.readUpTo();
            ConsumerRecord<byte[], byte[]> record = series.poll();
            if (record == null) {
                seriesTaken = Math.max(seriesTaken, upTo);
                seriesLedger.processed(seriesTaken);
                break;
            }
            try {
                seriesIntake.take(record);
            } catch (MalformedException | IllegalArgumentException e) {
                if (record.offset() >= start.seriesRegistered()) { // else its predecessor has set it aside
                    quarantine(record, "malformed", String.valueOf(e.getMessage()), seriesLedger);
                }
            }
            seriesTaken = record.offset() + 1;
            seriesLedger.processed(seriesTaken);
            taken++;
        }
        return taken;
    }

    private int takeSamples(long now) {
        int taken = 0;
        while (taken < SAMPLES_IN_A_ROW && !isBackedUp()) {
            Progress progress;
            if (waitsForSeries) {
                progress = takeWaiting();
            } else {
                long upTo = samples.readUpTo();
                ConsumerRecord<byte[], byte[]> record = samples.poll();
                if (record == null) {
                    sampleLedger.processed(upTo);
                    break;
                }
                lastRecordAtMs = now;
                seriesTarget = -1;
                seriesTargetAsked = null;
                progress = guarded(() -> sampleIntake.take(record));
            }
            if (progress == Progress.UNKNOWN_SERIES) {
                break;
            }
            tookRecord(now);
            taken++;
        }
        return taken;
    }

    private interface Step {
        Progress take();
    }

    /** A step that may meet a record nobody can read. */
    private Progress guarded(Step step) {
        try {
            Progress progress = step.take();
            boolean waits = progress == Progress.UNKNOWN_SERIES;
            if (waits && !waitsForSeries) {
                metrics.waitsForSeries();
            }
            waitsForSeries = waits;
            return progress;
        } catch (MalformedException | IllegalArgumentException e) {
            waitsForSeries = false;
            sampleIntake.report();
            quarantine(sampleIntake.record(), "malformed", String.valueOf(e.getMessage()), sampleLedger);
            return Progress.DONE;
        }
    }

    /** Goes on with a record that waits for a series, if that is there now or never will be. */
    private Progress takeWaiting() {
        boolean everythingRead = seriesTarget >= 0 && seriesTaken >= seriesTarget;
        Progress progress = guarded(sampleIntake::resume);
        if (progress == Progress.UNKNOWN_SERIES && everythingRead) {
            quarantine(
                    sampleIntake.record(),
                    "unknown-series",
                    "series " + sampleIntake.unknownSeries() + " was never announced",
                    sampleLedger);
            while (progress == Progress.UNKNOWN_SERIES) {
                progress = guarded(sampleIntake::skipSeries);
            }
        } else if (progress == Progress.UNKNOWN_SERIES) {
            askForSeriesEnd();
        }
        return progress;
    }

    private void askForSeriesEnd() {
        CompletableFuture<Long> asked = seriesTargetAsked;
        if (asked == null) {
            seriesTargetAsked = seriesEnd
                    .highWatermark(partition())
                    .whenComplete((offset, error) -> wake())
                    .toCompletableFuture();
        } else if (asked.isCompletedExceptionally()) {
            seriesTargetAsked = null; // ask again next time
        } else if (asked.isDone() && seriesTarget < 0) {
            seriesTarget = asked.join();
        }
    }

    private void quarantine(ConsumerRecord<byte[], byte[]> record, String reason, String detail, OffsetLedger ledger) {
        log.error(
                "record set aside in quarantine topic={} partition={} offset={} reason={} detail={}",
                record.topic(),
                record.partition(),
                record.offset(),
                reason,
                detail);
        metrics.quarantined(reason);
        ledger.hold(record.offset());
        writes.add(new PendingWrite(
                "quarantine",
                () -> quarantine.keep(record, reason, detail),
                () -> ledger.release(record.offset()),
                Math.max(0, record.serializedValueSize())));
    }

    private void tookRecord(long now) {
        long offset = sampleIntake.record().offset();
        sampleLedger.processed(offset + 1);
        long received = Math.min(sampleIntake.receivedMs(), now);
        receivedUntilMs = Math.max(receivedUntilMs, received);
        Receipt last = receipts.peekLast();
        if (last == null || received - last.receivedMs() >= 1_000) {
            receipts.add(new Receipt(offset, received));
        }
        TenantChunks marked = sampleIntake.marked();
        if (marked != null) {
            marked.flush(chunkWriter);
        }
        chunks.advance(received, chunkWriter);
    }

    private void flushDue(long now) {
        if (now - lastRecordAtMs > settings.idleMs() && !waitsForSeries && !isBackedUp()) {
            chunks.advance(now - settings.idleMs(), chunkWriter);
        }
        for (int i = 0; totals().openBytes() > settings.maxOpenBytes() && !isBackedUp() && i < 128; i++) {
            chunks.flushNext(chunkWriter);
        }
    }

    private boolean isBackedUp() {
        return writes.bytes() > settings.maxWaitingBytes();
    }

    private void drain() {
        if (!drainBegun) {
            drainBegun = true;
            chunks.flushAll(chunkWriter);
            extras.flush();
            seriesIntake.flush();
        } else if (writes.isEmpty() && !drained.isDone()) {
            publish(clockMs.getAsLong());
            drained.complete(null);
        }
    }

    private void sweep(long now) {
        if (now - sweptAtMs >= SWEEP_EVERY_MS) {
            sweptAtMs = now;
            int forgotten = chunks.sweep((int) (now / 3_600_000) - settings.forgetSeriesAfterHours());
            log.debug("swept partition={} forgottenSeries={}", partition(), forgotten);
        }
    }

    private void publish(long now) {
        long committable = sampleLedger.committable();
        committableSamples = committable;
        committableSeries = seriesLedger.committable();
        next = sampleLedger.next();
        durableUntilMs = durableUntil(committable, now);
        if (now - countedAtMs >= 1_000) {
            countedAtMs = now;
            knownSeries = chunks.known();
        }
        ChunkTotals totals = totals();
        metrics.sealed(
                totals.sealedChunks() - reported[0],
                totals.sealedSamples() - reported[1],
                totals.sealedBytes() - reported[2]);
        reported[0] = totals.sealedChunks();
        reported[1] = totals.sealedSamples();
        reported[2] = totals.sealedBytes();
    }

    private long durableUntil(long committable, long now) {
        if (committable == sampleLedger.next()) {
            receipts.clear();
            long until = samples.bytes() == 0 ? now : receivedUntilMs;
            storedUntilMs = until;
            return until;
        }
        long until = durableUntilMs;
        for (Receipt first = receipts.peekFirst();
                first != null && first.offset() <= committable;
                first = receipts.peekFirst()) {
            until = first.receivedMs(); // what follows is not older, to within a second
            storedUntilMs = until;
            receipts.remove();
        }
        return until;
    }

    private int answerQuestions() {
        int answered = 0;
        for (Question question = questions.poll(); question != null; question = questions.poll()) {
            List<OpenChunk> found = new ArrayList<>();
            question.ask().accept(found::add);
            question.answer().complete(found);
            answered++;
        }
        return answered;
    }

    private void refuseQuestions() {
        for (Question question = questions.poll(); question != null; question = questions.poll()) {
            question.answer().completeExceptionally(new PartitionLostException(partition()));
        }
    }

    /**
     * Copies of the chunks of the listed series of a tenant that are in memory and overlap the range. Any thread.
     *
     * @return fails with {@link PartitionLostException} when the owner ends first or has too many questions waiting
     */
    public CompletableFuture<List<OpenChunk>> read(TenantId tenant, List<SeriesId> listed, long fromMs, long toMs) {
        return ask(tenant, (of, out) -> of.copy(listed, fromMs, toMs, out));
    }

    /** As {@link #read}, of all series of a tenant in one bucket. Any thread. */
    public CompletableFuture<List<OpenChunk>> readBucket(TenantId tenant, int bucket, long fromMs, long toMs) {
        return ask(tenant, (of, out) -> of.copyBucket(bucket, fromMs, toMs, out));
    }

    private interface Copier {
        void copy(TenantChunks of, Consumer<OpenChunk> out);
    }

    private CompletableFuture<List<OpenChunk>> ask(TenantId tenant, Copier copier) {
        CompletableFuture<List<OpenChunk>> answer = new CompletableFuture<>();
        Consumer<Consumer<OpenChunk>> ask = out -> {
            TenantChunks of = chunks.existing(tenant);
            if (of != null) {
                copier.copy(of, out);
            }
        };
        if (!questions.offer(new Question(ask, answer))) {
            answer.completeExceptionally(new PartitionLostException(partition()));
        } else if (lost) {
            refuseQuestions(); // it ended in between
        } else {
            wake();
        }
        return answer;
    }

    /** How far this owner is. Any thread. */
    public OpenPartition status() {
        OpenPartition.State state;
        if (lost) {
            state = OpenPartition.State.LOST;
        } else if (next >= start.samplesEnd()) {
            state = OpenPartition.State.READY;
        } else {
            state = OpenPartition.State.CATCHING_UP;
        }
        return new OpenPartition(partition(), state, receivedUntilMs, recordsBehind());
    }

    private long recordsBehind() {
        long lag = fetchLag;
        boolean outdated = clockMs.getAsLong() - fetchLagAtMs > LAG_VALID_MS;
        return lag < 0 || outdated ? -1 : lag + Math.max(0, samples.readUpTo() - next);
    }

    /** The consumer tells how many records it has not fetched yet; -1 for unknown. */
    public void setFetchLag(long records) {
        fetchLag = records;
        fetchLagAtMs = clockMs.getAsLong();
    }

    /** The offset of {@code samples} that may be committed. Any thread. */
    public long committableSamples() {
        return committableSamples;
    }

    /** The offset of {@code series} that may be committed: everything below is in the registry. Any thread. */
    public long committableSeries() {
        return committableSeries;
    }

    /**
     * How far this owner is: what was received before the time in it is stored, but for records that come behind later ones
     * because they waited in the topic {@code received}. Any thread.
     */
    public PartitionProgress progress() {
        long now = clockMs.getAsLong();
        // An owner without records to take says "until now"; with some that are not fetched that would be too late.
        long until = recordsBehind() == 0 ? storedUntilMs : Math.min(storedUntilMs, receivedUntilMs);
        return new PartitionProgress(partition(), committableSamples, until, now);
    }

    /** Why the owner ended by itself; null when it did not. Any thread. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Why writes fail now; null while they do not. Any thread. */
    public @Nullable String trouble() {
        return writes.trouble();
    }

    /** How long the store has not been taking writes, in ms; 0 while it does. Any thread. */
    public long storeFailingMs() {
        return writes.failingForMs();
    }

    /**
     * Takes no more samples in, seals everything and completes when it is durable; what is open stays readable. Any
     * thread.
     */
    public CompletableFuture<Void> beginDrain() {
        draining = true;
        wake();
        return drained;
    }

    /** Ends the thread without flushing anything; completes when it has ended. Any thread. */
    public CompletableFuture<Void> stop() {
        stopped = true;
        wake();
        return ended;
    }

    ChunkTotals totals() {
        return chunks.totals();
    }

    long knownSeries() {
        return knownSeries;
    }

    long inboxBytes() {
        return samples.bytes() + series.bytes();
    }

    long uncommittedRecords() {
        return Math.max(0, next - committableSamples);
    }

    /** Everything received before this time, ms since the epoch, is durable. */
    long durableUntilMs() {
        return durableUntilMs;
    }

    long durableAgeMs() {
        return Math.max(0, clockMs.getAsLong() - durableUntilMs);
    }
}
