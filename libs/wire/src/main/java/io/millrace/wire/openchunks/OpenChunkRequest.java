package io.millrace.wire.openchunks;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a writer for the chunks of a tenant that overlap {@code fromMs <= t <= toMs} and are in its memory.
 *
 * @param series the series wanted, at most {@link #MAX_SERIES}; null for all of the tenant
 */
public record OpenChunkRequest(
        TenantId tenant, long fromMs, long toMs, @Nullable List<SeriesId> series) {
    public static final byte VERSION = 1;

    /** Where a writer answers requests: {@code POST}, {@code application/octet-stream} both ways. */
    public static final String PATH = "/internal/v1/open-chunks";

    /** Carries the shared secret of the configuration key {@code internal-token}. */
    public static final String TOKEN_HEADER = "X-Millrace-Internal-Token";

    /** 250,000 × 16 B = 4 MB. A caller that wants more asks in parts, or for all. */
    public static final int MAX_SERIES = 250_000;

    /** An encoded request is never larger. */
    public static final int MAX_BYTES = 128 + MAX_SERIES * SeriesId.BYTES;

    private static final byte ALL = 0;
    private static final byte LISTED = 1;

    /** @throws IllegalArgumentException when more than {@link #MAX_SERIES} are listed */
    public OpenChunkRequest {
        if (series != null && series.size() > MAX_SERIES) {
            throw new IllegalArgumentException(series.size() + " series in one request, at most " + MAX_SERIES);
        }
    }

    public byte[] encode() {
        byte[] name = tenant.value().getBytes(StandardCharsets.UTF_8);
        int listed = series == null ? 0 : 4 + series.size() * SeriesId.BYTES;
        ByteBuffer out =
                ByteBuffer.allocate(1 + 1 + name.length + 16 + 1 + listed).order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).put((byte) name.length).put(name).putLong(fromMs).putLong(toMs);
        if (series == null) {
            out.put(ALL);
        } else {
            out.put(LISTED).putInt(series.size()).order(ByteOrder.BIG_ENDIAN);
            for (SeriesId id : series) {
                out.putLong(id.high()).putLong(id.low());
            }
        }
        return out.array();
    }

    /** @throws MalformedException when the bytes are not a request of this version */
    public static OpenChunkRequest decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new MalformedException("open-chunks request of version " + version + ", expected " + VERSION);
            }
            byte[] name = new byte[in.get() & 0xff];
            in.get(name);
            TenantId tenant = new TenantId(new String(name, StandardCharsets.UTF_8));
            long fromMs = in.getLong();
            long toMs = in.getLong();
            List<SeriesId> series = in.get() == ALL ? null : decodeSeries(in);
            if (in.hasRemaining()) {
                throw new MalformedException("open-chunks request has " + in.remaining() + " bytes too many");
            }
            return new OpenChunkRequest(tenant, fromMs, toMs, series);
        } catch (BufferUnderflowException e) {
            throw new MalformedException("open-chunks request ends too early, at " + bytes.length + " bytes");
        } catch (IllegalArgumentException e) {
            throw new MalformedException("open-chunks request: " + e.getMessage());
        }
    }

    private static List<SeriesId> decodeSeries(ByteBuffer in) {
        int count = in.getInt();
        in.order(ByteOrder.BIG_ENDIAN);
        if (count < 0 || count > MAX_SERIES || (long) count * SeriesId.BYTES > in.remaining()) {
            throw new MalformedException("open-chunks request: " + count + " series do not fit");
        }
        List<SeriesId> series = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            series.add(new SeriesId(in.getLong(), in.getLong()));
        }
        return series;
    }
}
