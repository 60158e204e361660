package io.millrace.writer.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkBucket;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Partitions;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenChunkRequest;
import io.millrace.wire.openchunks.OpenChunkResponseWriter;
import io.millrace.wire.openchunks.OpenPartition;
import io.millrace.writer.partition.PartitionLostException;
import io.millrace.writer.partition.PartitionOwner;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code POST /internal/v1/open-chunks}. Owners are asked in slices, and each slice is sent before the next is
 * asked for, so an answer of any size takes little memory, and an owner is never kept from its work for long. Thread-safe.
 */
final class OpenChunkHandler extends Handler.Abstract {
    private static final Logger log = LoggerFactory.getLogger(OpenChunkHandler.class);

    /** Series asked of an owner at a time: 2,000 look-ups and copies are about a millisecond. */
    private static final int SLICE = 2_000;

    private static final long OWNER_TIMEOUT_MS = 10_000;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Supplier<? extends java.util.Collection<PartitionOwner>> owners;
    private final int partitions;
    private final byte @Nullable [] token;
    private final Timer timer;

    /**
     * @param owners the owners of the partitions owned now
     * @param partitions of the topic samples
     * @param token what callers must present; null when anybody may ask
     */
    OpenChunkHandler(
            Supplier<? extends java.util.Collection<PartitionOwner>> owners,
            int partitions,
            @Nullable String token,
            MeterRegistry registry) {
        this.owners = owners;
        this.partitions = partitions;
        this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
        this.timer = Timer.builder("millrace.writer.open.chunk.requests")
                .description("Requests of queries for open chunks")
                .register(registry);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        long startNanos = System.nanoTime();
        try {
            answer(request, response);
            callback.succeeded();
        } catch (Refused e) {
            refuse(response, callback, e.status, String.valueOf(e.getMessage()));
        } catch (PartitionLostException | TimeoutException e) {
            // Once part of the answer is out, breaking off is what tells the caller: there will be no end mark.
            if (response.isCommitted()) {
                callback.failed(e);
            } else {
                refuse(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, String.valueOf(e.getMessage()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            callback.failed(e);
        } catch (IOException | RuntimeException e) {
            log.debug("open-chunks request failed", e);
            callback.failed(e);
        }
        timer.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
        return true;
    }

    private void answer(Request request, Response response)
            throws Refused, IOException, InterruptedException, TimeoutException {
        if (!OpenChunkRequest.PATH.equals(Request.getPathInContext(request))) {
            throw new Refused(HttpStatus.NOT_FOUND_404, "the only address here is POST " + OpenChunkRequest.PATH);
        }
        if (!"POST".equals(request.getMethod())) {
            throw new Refused(HttpStatus.METHOD_NOT_ALLOWED_405, "POST " + OpenChunkRequest.PATH);
        }
        checkToken(request);
        OpenChunkRequest asked = read(request);
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
        try (OutputStream out = new BufferedOutputStream(Content.Sink.asOutputStream(response), BUFFER_BYTES)) {
            OpenChunkResponseWriter writer = new OpenChunkResponseWriter(out);
            for (PartitionOwner owner : List.copyOf(owners.get())) {
                answer(asked, owner, writer);
            }
            writer.end();
        }
    }

    private void answer(OpenChunkRequest asked, PartitionOwner owner, OpenChunkResponseWriter out)
            throws IOException, InterruptedException, TimeoutException {
        // Before the chunks: what is consumed after this is news, not missing.
        OpenPartition before = owner.status();
        try {
            List<SeriesId> listed = asked.series();
            if (listed == null) {
                for (int bucket = 0; bucket < ChunkBucket.COUNT; bucket++) {
                    send(owner.readBucket(asked.tenant(), bucket, asked.fromMs(), asked.toMs()), out);
                }
            } else {
                List<SeriesId> own = ofPartition(listed, owner.partition());
                for (int from = 0; from < own.size(); from += SLICE) {
                    List<SeriesId> slice = own.subList(from, Math.min(from + SLICE, own.size()));
                    send(owner.read(asked.tenant(), slice, asked.fromMs(), asked.toMs()), out);
                }
            }
        } catch (PartitionLostException e) {
            out.partition(new OpenPartition(
                    owner.partition(), OpenPartition.State.LOST, before.receivedUntilMs(), before.recordsBehind()));
            return;
        }
        OpenPartition.State after = owner.status().state();
        out.partition(new OpenPartition(
                owner.partition(),
                after == OpenPartition.State.LOST ? after : before.state(),
                before.receivedUntilMs(),
                before.recordsBehind()));
    }

    private List<SeriesId> ofPartition(List<SeriesId> listed, int partition) {
        List<SeriesId> own = new ArrayList<>();
        for (SeriesId id : listed) {
            if (Partitions.partition(id.high(), id.low(), partitions) == partition) {
                own.add(id);
            }
        }
        return own;
    }

    private static void send(CompletableFuture<List<OpenChunk>> answer, OpenChunkResponseWriter out)
            throws IOException, InterruptedException, TimeoutException {
        List<OpenChunk> chunks;
        try {
            chunks = answer.get(OWNER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PartitionLostException lost) {
                throw lost;
            }
            throw new IllegalStateException("the owner could not answer", e.getCause());
        }
        for (OpenChunk chunk : chunks) {
            out.chunk(chunk);
        }
    }

    private void checkToken(Request request) throws Refused {
        byte[] expected = token;
        if (expected == null) {
            return;
        }
        String given = request.getHeaders().get(OpenChunkRequest.TOKEN_HEADER);
        if (given == null || !MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
            throw new Refused(
                    HttpStatus.UNAUTHORIZED_401,
                    "the header " + OpenChunkRequest.TOKEN_HEADER + " is missing or not writer.internal.token");
        }
    }

    private static OpenChunkRequest read(Request request) throws Refused, IOException {
        byte[] body;
        try (InputStream in = Content.Source.asInputStream(request)) {
            body = in.readNBytes(OpenChunkRequest.MAX_BYTES + 1);
        }
        if (body.length > OpenChunkRequest.MAX_BYTES) {
            throw new Refused(
                    HttpStatus.PAYLOAD_TOO_LARGE_413,
                    "at most " + OpenChunkRequest.MAX_BYTES + " bytes; ask in parts or for all series");
        }
        try {
            return OpenChunkRequest.decode(body);
        } catch (MalformedException e) {
            throw new Refused(HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        }
    }

    private static void refuse(Response response, Callback callback, int status, String text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Content.Sink.write(response, true, text + "\n", callback);
    }

    private static final class Refused extends Exception {
        private final int status;

        Refused(int status, String text) {
            super(text);
            this.status = status;
        }
    }
}
