package io.millrace.gateway.ingest;

import io.millrace.gateway.ingest.InFlightBytes.Reservation;
import io.millrace.gateway.limits.FullTenants;
import io.millrace.gateway.limits.RateLimiter;
import io.millrace.gateway.limits.RateVerdict;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.shards.Shards;
import io.millrace.runtime.shards.TenantShards;
import io.millrace.wire.MalformedException;
import io.millrace.wire.remotewrite.ItemCount;
import io.millrace.wire.remotewrite.MessageType;
import io.millrace.wire.remotewrite.PartitionedBatches.Batch;
import io.millrace.wire.remotewrite.RequestLimits;
import io.millrace.wire.remotewrite.RequestTooLargeException;
import io.millrace.wire.remotewrite.SnappyBody;
import io.millrace.wire.remotewrite.WriteSummary;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes whole bodies and makes them records that Kafka has acknowledged:
 *
 * <ol>
 *   <li>the declared length is checked against the limit and reserved, then the body is inflated;
 *   <li>it is decoded, what is invalid, or new of a tenant at its limit on series, is counted and left
 *       out, what is valid goes to batches by partition;
 *   <li>it is taken within the rate limits of the tenant, or refused and counted as a whole;
 *   <li>the batches are published;
 *   <li>when the last is acknowledged the outcome is told, and only then may the sender hear 2xx.
 * </ol>
 *
 * <p>Decoding runs on one of a fixed number of slots, on the caller's thread or, when all are taken, on that of another
 * caller ({@link DecodeSlots}). Large bodies are left to other threads, since the caller's has other connections to serve.
 * Thread-safe.
 */
public final class Ingest {
    private static final Logger log = LoggerFactory.getLogger(Ingest.class);

    /** Inflated, some 4,000 samples: more than a millisecond. */
    static final int LARGE_BYTES = 1 << 20;

    private final BatchPublisher publisher;
    private final IngestMetrics metrics;
    private final RateLimiter rates;
    private final FullTenants full;
    private final Shards shards;
    private final RequestLimits limits;
    private final DecodeSlots slots;
    private final DecodeSlots largeSlots;
    private final Executor executor;

    /**
     * @param slotCount requests decoded at one time by the callers; more than there are such threads are of no use
     * @param largeSlotCount large ones decoded at one time by the executor
     * @param executor decodes large requests, and what came while all slots were taken
     */
    public Ingest(
            BatchPublisher publisher,
            IngestMetrics metrics,
            RateLimiter rates,
            FullTenants full,
            Shards shards,
            RequestLimits limits,
            int partitions,
            int slotCount,
            int largeSlotCount,
            Executor executor) {
        this.publisher = publisher;
        this.metrics = metrics;
        this.rates = rates;
        this.full = full;
        this.shards = shards;
        this.limits = limits;
        this.executor = executor;
        this.slots = slots(slotCount, partitions);
        this.largeSlots = slots(largeSlotCount, partitions);
    }

    private DecodeSlots slots(int count, int partitions) {
        return new DecodeSlots(
                Stream.generate(() -> new DecodeSlot(limits, partitions))
                        .limit(count)
                        .toList(),
                executor);
    }

    /**
     * A whole request.
     *
     * @param body compressed body, up to {@code length}
     * @param receivedMs when it came, ms since the epoch
     * @param reservation holds the bytes of the body; grown and shrunk here, closed before {@code done} is called
     */
    public record Body(
            TenantId tenant,
            TenantLimits limits,
            MessageType type,
            byte[] body,
            int length,
            long receivedMs,
            Reservation reservation) {}

    /** Ingests a request. {@code done} is called exactly once, on this thread or another; it must not block. */
    public void accept(Body request, Consumer<Outcome> done) {
        int declared;
        try {
            declared = SnappyBody.declaredLength(request.body(), 0, request.length(), limits.maxDecodedBytes());
        } catch (MalformedException e) {
            end(request, refused(RejectReason.BAD_SNAPPY, e), done);
            return;
        } catch (RequestTooLargeException e) {
            end(request, refused(RejectReason.BODY_TOO_LARGE, e), done);
            return;
        }
        if (declared <= LARGE_BYTES) {
            ingest(request, declared, slots, done);
            return;
        }
        try {
            executor.execute(() -> ingest(request, declared, largeSlots, done));
        } catch (RejectedExecutionException e) {
            end(request, new Outcome.Unavailable("the gateway stops"), done);
        }
    }

    private void ingest(Body request, int declared, DecodeSlots from, Consumer<Outcome> done) {
        from.run(slot -> {
            Decoded decoded;
            try {
                decoded = decode(request, declared, slot);
            } catch (RuntimeException e) {
                return () -> fail(request, e, done);
            }
            return () -> goOnOrFail(request, decoded, done);
        });
    }

    /** The thread may be that of another request, which a fault in this one must not reach. */
    private void goOnOrFail(Body request, Decoded decoded, Consumer<Outcome> done) {
        try {
            goOn(request, decoded, done);
        } catch (RuntimeException e) {
            fail(request, e, done);
        }
    }

    /** Publishes what was decoded, without a slot. */
    private void goOn(Body request, Decoded decoded, Consumer<Outcome> done) {
        Outcome ended = decoded.ended();
        if (ended != null) {
            end(request, ended, done);
            return;
        }
        long bytes = 0;
        for (Batch batch : decoded.batches()) {
            bytes += batch.value().length;
        }
        request.reservation().shrinkTo(bytes);
        WriteSummary summary = decoded.summary();
        publisher.publish(request.tenant(), request.receivedMs(), decoded.epoch(), decoded.batches(), failure -> {
            request.reservation().close();
            if (failure == null) {
                metrics.written(request.tenant(), summary, request.length(), decoded.inflatedBytes());
                metrics.refused(request.tenant(), summary.refusals(), request.receivedMs());
            }
            done.accept(outcome(summary, failure));
        });
    }

    private void end(Body request, Outcome ended, Consumer<Outcome> done) {
        request.reservation().close();
        if (ended instanceof Outcome.Refused refused) {
            metrics.refused(request.tenant(), refused.reason(), refused.detail(), request.receivedMs());
        }
        done.accept(ended);
    }

    private void fail(Body request, RuntimeException failure, Consumer<Outcome> done) {
        log.error("request failed instance={} message={}", request.tenant(), request.type(), failure);
        end(request, new Outcome.Failed(), done);
    }

    private static Outcome refused(RejectReason reason, RuntimeException why) {
        String detail = why.getMessage();
        return new Outcome.Refused(reason, detail == null ? "" : detail);
    }

    private static Outcome outcome(WriteSummary summary, @Nullable Exception failure) {
        if (failure == null) {
            return new Outcome.Written(summary);
        }
        if (failure instanceof RecordTooLargeException) {
            // batches are made to fit a stock broker; a stricter one can never take this request
            return new Outcome.Refused(RejectReason.BODY_TOO_LARGE, "the broker refuses records of this size");
        }
        return new Outcome.Unavailable("Kafka does not acknowledge");
    }

    /** @param epoch of the shard by which the batches have their partitions */
    private record Decoded(
            @Nullable Outcome ended, WriteSummary summary, long epoch, List<Batch> batches, int inflatedBytes) {
        private static final WriteSummary NOTHING =
                new WriteSummary(0, 0, 0, 0, io.millrace.wire.remotewrite.Refusals.NONE);

        static Decoded ended(Outcome outcome) {
            return new Decoded(outcome, NOTHING, 0, List.of(), 0);
        }
    }

    private Decoded decode(Body request, int declared, DecodeSlot slot) {
        // Looked up once: between here and the publishing of the batches nothing waits.
        TenantShards shard = shards.of(request.tenant());
        if (!shards.ready()) {
            return Decoded.ended(new Outcome.Unavailable("the gateway is reading which partitions the instance uses"));
        }
        if (shard.isClosed()) {
            return Decoded.ended(new Outcome.Unavailable(
                    "the instance is being spread over more partitions, which takes some seconds"));
        }
        // the inflated body and the batches made of it, which are about as large
        if (!request.reservation().grow(2L * declared)) {
            return Decoded.ended(new Outcome.Unavailable("too much is on its way"));
        }
        byte[] message = slot.inflateBuffer(declared);
        try {
            SnappyBody.inflate(request.body(), 0, request.length(), message, declared);
        } catch (MalformedException e) {
            return Decoded.ended(refused(RejectReason.BAD_SNAPPY, e));
        }
        try {
            boolean taken = false;
            if (rates.isExhausted(request.tenant(), request.limits())) {
                // not worth decoding; the limiter hears of it all the same, because what is offered decides on shares
                ItemCount items = ItemCount.of(request.type(), message, 0, declared);
                if (take(request, items.items()) instanceof RateVerdict.Refused refused) {
                    return rateLimited(request, items, refused);
                }
                taken = true;
            }
            slot.batches().begin(request.receivedMs(), shard.shard(), full.of(request.tenant()));
            WriteSummary summary = slot.decoder()
                    .decode(
                            request.type(),
                            message,
                            0,
                            declared,
                            request.limits(),
                            request.receivedMs(),
                            slot.batches());
            if (!taken && take(request, summary.accepted()) instanceof RateVerdict.Refused refused) {
                return rateLimited(request, ItemCount.of(request.type(), message, 0, declared), refused);
            }
            return new Decoded(null, summary, shard.epoch(), slot.batches().finish(), declared);
        } catch (MalformedException e) {
            return Decoded.ended(refused(RejectReason.BAD_PROTOBUF, e));
        } catch (RequestTooLargeException e) {
            return Decoded.ended(refused(RejectReason.BODY_TOO_LARGE, e));
        }
    }

    private RateVerdict take(Body request, long items) {
        return rates.take(request.tenant(), request.limits(), items);
    }

    private Decoded rateLimited(Body request, ItemCount items, RateVerdict.Refused refused) {
        metrics.rateLimited(request.tenant(), items, refused.limit(), request.receivedMs());
        return Decoded.ended(new Outcome.RateLimited(
                items.items() + " samples refused, nothing of the request is kept: " + refused.limit(),
                refused.seconds()));
    }
}
