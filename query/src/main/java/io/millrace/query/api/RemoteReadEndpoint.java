package io.millrace.query.api;

import com.google.re2j.PatternSyntaxException;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Selection;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.read.ChunkCursor;
import io.millrace.query.read.QueryScope;
import io.millrace.query.read.StoredChunk;
import io.millrace.wire.MalformedException;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.remoteread.ChunkedReadWriter;
import io.millrace.wire.remoteread.ReadRequest;
import io.millrace.wire.remoteread.ReadResponseWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.xerial.snappy.Snappy;

/**
 * {@code read}: remote read, as samples in one piece or as a stream of chunks, whichever the client prefers. Series come
 * sorted by labels. That samples may be missing is said in the header {@code X-Millrace-Warning}, for want of a better
 * place.
 */
public final class RemoteReadEndpoint {
    /** As Prometheus' receiver. */
    private static final int MOST_REQUEST_BYTES = 32 << 20;

    /** Prometheus' own limit. At 11 bytes a sample it would be 550 MB, so the size below comes first. */
    private static final int MOST_SAMPLES = 50_000_000;

    private static final int MOST_RESPONSE_BYTES = 256 << 20;
    private static final String WARNING = "X-Millrace-Warning";

    private final PromqlAccess access;
    private final QueryMeters meters;

    public RemoteReadEndpoint(PromqlAccess access, QueryMeters meters) {
        this.access = access;
        this.meters = meters;
    }

    public ApiAnswer read(ApiRequest request) {
        ReadRequest read = decode(request.body());
        ReadRequest.ResponseType type = read.responseType();
        if (type == null) {
            throw ApiException.badData("server does not support any of the requested response types");
        }
        List<Selection> selections = new ArrayList<>();
        for (ReadRequest.Query query : read.queries()) {
            selections.add(selection(query));
        }
        QueryScope scope = access.scope(request);
        return switch (type) {
            case SAMPLES -> samples(scope, selections);
            case STREAMED_XOR_CHUNKS -> chunks(scope, selections);
        };
    }

    private static ReadRequest decode(byte[] body) {
        try {
            int length = Snappy.uncompressedLength(body);
            if (length < 0 || length > MOST_REQUEST_BYTES) {
                throw ApiException.badData(
                        "the request has " + length + " bytes after inflating, more than " + MOST_REQUEST_BYTES);
            }
            byte[] message = Snappy.uncompress(body);
            return ReadRequest.decode(message, 0, message.length);
        } catch (IOException e) {
            throw ApiException.badData("the body is not in the snappy block format");
        } catch (MalformedException e) {
            throw ApiException.badData("the body is not a prometheus.ReadRequest: " + e.getMessage());
        }
    }

    private static Selection selection(ReadRequest.Query query) {
        List<Matcher> matchers = new ArrayList<>();
        for (ReadRequest.Matcher matcher : query.matchers()) {
            try {
                matchers.add(Matcher.of(type(matcher.type()), matcher.name(), matcher.value()));
            } catch (PatternSyntaxException e) {
                throw ApiException.badData(
                        "error parsing regexp of label \"" + matcher.name() + "\": " + e.getMessage());
            }
        }
        return new Selection(matchers, query.startMs(), query.endMs(), Selection.Hints.NONE);
    }

    private static Matcher.Type type(ReadRequest.MatchType type) {
        return switch (type) {
            case EQUAL -> Matcher.Type.EQ;
            case NOT_EQUAL -> Matcher.Type.NEQ;
            case REGEX -> Matcher.Type.RE;
            case NOT_REGEX -> Matcher.Type.NRE;
        };
    }

    private ApiAnswer samples(QueryScope scope, List<Selection> selections) {
        ReadResponseWriter response = new ReadResponseWriter();
        for (Selection selection : selections) {
            try (ChunkCursor series = access.source().sorted(scope, selection)) {
                while (series.next()) {
                    response.series(series.labels(), series.samples());
                    if (scope.samplesRead() > MOST_SAMPLES || response.size() > MOST_RESPONSE_BYTES) {
                        throw ApiException.badData("exceeded sample limit (" + MOST_SAMPLES + " samples or "
                                + (MOST_RESPONSE_BYTES >> 20) + " MiB); ask for less, or for STREAMED_XOR_CHUNKS");
                    }
                }
            }
            response.endResult();
        }
        meters.read(scope);
        byte[] message = response.toByteArray();
        Map<String, String> headers = headers(scope, Map.of("Content-Encoding", "snappy"));
        return new ApiAnswer.Raw(
                200, ReadResponseWriter.CONTENT_TYPE, headers, false, out -> out.write(Snappy.compress(message)));
    }

    private ApiAnswer chunks(QueryScope scope, List<Selection> selections) {
        // The first series is read before the answer begins, so that most errors and warnings can still be told.
        ChunkCursor first = selections.isEmpty() ? null : access.source().sorted(scope, selections.get(0));
        boolean any;
        try {
            any = first != null && first.next();
        } catch (RuntimeException | Error e) {
            if (first != null) {
                first.close();
            }
            throw e;
        }
        return new ApiAnswer.Raw(200, ChunkedReadWriter.CONTENT_TYPE, headers(scope, Map.of()), false, out -> {
            try (ChunkCursor opened = first) {
                writeChunks(scope, selections, opened, any, out);
            }
            meters.read(scope);
        });
    }

    private void writeChunks(
            QueryScope scope,
            List<Selection> selections,
            @org.jspecify.annotations.Nullable ChunkCursor first,
            boolean any,
            OutputStream out)
            throws IOException {
        ChunkedReadWriter frames = new ChunkedReadWriter(out);
        if (first != null && any) {
            do {
                writeSeries(frames, 0, first, selections.get(0));
            } while (first.next());
        }
        for (int i = 1; i < selections.size(); i++) {
            try (ChunkCursor series = access.source().sorted(scope, selections.get(i))) {
                while (series.next()) {
                    writeSeries(frames, i, series, selections.get(i));
                }
            }
        }
    }

    /** Chunks go out as they are stored where they lie within the range one after the other; otherwise encoded anew. */
    private static void writeSeries(ChunkedReadWriter frames, int query, ChunkCursor series, Selection selection)
            throws IOException {
        frames.beginSeries(query, series.labels());
        if (series.isAsStored() && isPlainSequence(series.chunks(), selection)) {
            for (StoredChunk chunk : series.chunks()) {
                frames.chunk(
                        chunk.startMs(),
                        chunk.endMs(),
                        Chunks.encoding(chunk.encoding()),
                        Chunks.bytes(chunk.encoding(), chunk.data()));
            }
        } else {
            ChunkCutter.cut(series.samples(), frames::chunk);
        }
        frames.endSeries();
    }

    private static boolean isPlainSequence(List<StoredChunk> chunks, Selection selection) {
        long after = Long.MIN_VALUE;
        for (StoredChunk chunk : chunks) {
            if (chunk.startMs() <= after
                    || chunk.startMs() < selection.startMs()
                    || chunk.endMs() > selection.endMs()) {
                return false;
            }
            after = chunk.endMs();
        }
        return true;
    }

    private static Map<String, String> headers(QueryScope scope, Map<String, String> others) {
        List<String> warnings = scope.warnings();
        if (warnings.isEmpty()) {
            return others;
        }
        Map<String, String> headers = new java.util.HashMap<>(others);
        headers.put(WARNING, warnings.get(0));
        return headers;
    }
}
