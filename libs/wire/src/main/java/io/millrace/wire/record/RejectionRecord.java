package io.millrace.wire.record;

import io.millrace.model.RefusedItem;
import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Utf8;
import java.nio.charset.StandardCharsets;

/**
 * A record of the topic {@code rejections}: what a process refused of a tenant's data for one reason within a few
 * seconds. Documented in {@code docs/formats/rejection-record.md}.
 *
 * <pre>
 * key      tenant, UTF-8
 * value    u8 version=2 | u8 origin | i64 first ms | i64 last ms | i64 samples   (little endian)
 *          | u8 item kind | i64 item ms | f64 item value                           (not in version 1)
 *          | text reason | text metric | text series | text message              text = uvarint length | UTF-8
 * </pre>
 *
 * @param origin who refused
 * @param firstMs first refusal counted here, ms since the epoch
 * @param lastMs last refusal counted here
 * @param samples exactly how many samples, histograms, exemplars and metadata entries were refused
 * @param reason {@code RejectReason.id()}; text, so that a reader does not need to know it
 * @param metric metric name of the example, empty when unknown
 * @param series an example of the series, as text; empty when unknown
 * @param item an item of the example
 * @param message what the sender was told, or would have been told
 */
public record RejectionRecord(
        TenantId tenant,
        Origin origin,
        long firstMs,
        long lastMs,
        long samples,
        String reason,
        String metric,
        String series,
        RefusedItem item,
        String message) {
    private static final byte VERSION = 2;
    /** Written by earlier releases, and kept in the topic for days. */
    private static final byte VERSION_WITHOUT_ITEM = 1;

    /** Longer texts are cut, so that a value has at most 4 × 1,027 + 43 bytes. */
    public static final int MAX_TEXT_BYTES = 1024;

    /** Who refused. The numbers stand in the records: append only. */
    public enum Origin {
        GATEWAY,
        PROCESSOR
    }

    public byte[] key() {
        return tenant.value().getBytes(StandardCharsets.US_ASCII);
    }

    public byte[] value() {
        ByteWriter out = new ByteWriter(256);
        out.putByte(VERSION);
        out.putByte(origin.ordinal());
        out.putLongLittleEndian(firstMs);
        out.putLongLittleEndian(lastMs);
        out.putLongLittleEndian(samples);
        out.putByte(item.kind().ordinal());
        out.putLongLittleEndian(item.timestampMs());
        out.putLongLittleEndian(Double.doubleToRawLongBits(item.value()));
        out.putSized(text(reason));
        out.putSized(text(metric));
        out.putSized(text(series));
        out.putSized(text(message));
        return out.toByteArray();
    }

    private static byte[] text(String text) {
        // three bytes a char at most, four a pair
        String cut = text.length() <= MAX_TEXT_BYTES / 3 ? text : cut(text);
        return cut.getBytes(StandardCharsets.UTF_8);
    }

    private static String cut(String text) {
        int end = Math.min(text.length(), MAX_TEXT_BYTES);
        while (text.substring(0, end).getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES
                || Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    /** @throws MalformedException when the bytes are not a rejection record */
    public static RejectionRecord decode(byte[] key, byte[] value) {
        String tenant = new String(key, StandardCharsets.ISO_8859_1);
        if (!TenantId.isValid(tenant)) {
            throw new MalformedException("rejection record is of an instance that cannot be");
        }
        ByteReader in = new ByteReader(value);
        int version = in.readByte();
        if (version != VERSION && version != VERSION_WITHOUT_ITEM) {
            throw new MalformedException("rejection record has version " + version + ", this program reads versions "
                    + VERSION_WITHOUT_ITEM + " and " + VERSION);
        }
        int origin = in.readByte();
        if (origin < 0 || origin >= Origin.values().length) {
            throw new MalformedException("rejection record has the unknown origin " + origin);
        }
        long firstMs = in.readLongLittleEndian();
        long lastMs = in.readLongLittleEndian();
        long samples = in.readLongLittleEndian();
        RefusedItem item = version == VERSION ? readItem(in) : RefusedItem.NONE;
        String reason = readText(in);
        String metric = readText(in);
        String series = readText(in);
        String message = readText(in);
        RejectionRecord rejection = new RejectionRecord(
                new TenantId(tenant),
                Origin.values()[origin],
                firstMs,
                lastMs,
                samples,
                reason,
                metric,
                series,
                item,
                message);
        if (in.hasRemaining()) {
            throw new MalformedException("rejection record has " + in.remaining() + " bytes too many");
        }
        return rejection;
    }

    private static RefusedItem readItem(ByteReader in) {
        int kind = in.readByte();
        if (kind < 0 || kind >= RefusedItem.Kind.values().length) {
            throw new MalformedException("rejection record has an item of the unknown kind " + kind);
        }
        long timestampMs = in.readLongLittleEndian();
        double value = Double.longBitsToDouble(in.readLongLittleEndian());
        return new RefusedItem(RefusedItem.Kind.values()[kind], timestampMs, value);
    }

    private static String readText(ByteReader in) {
        int length = in.readLength();
        String text = Utf8.decode(in.buffer(), in.position(), length);
        in.skip(length);
        return text;
    }
}
