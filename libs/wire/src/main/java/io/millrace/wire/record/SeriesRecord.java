package io.millrace.wire.record;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;

/**
 * A record of the topic {@code series}: a series of a tenant has samples on a UTC day. Documented in
 * {@code docs/formats/series-record.md}.
 *
 * <pre>
 * key      u8 version=1 | uvarint length | tenant | i32 day big endian | 16 B id big endian
 * value    u8 version=1 | i64 announce time ms little endian | canonical labels
 * </pre>
 *
 * @param day days since 1970-01-01 UTC of the samples' timestamps
 * @param announcedMs when the processor first saw it
 * @param labels canonical labels, see {@link io.millrace.wire.labels.CanonicalLabels}
 */
public record SeriesRecord(TenantId tenant, int day, SeriesId id, long announcedMs, byte[] labels) {

    public byte[] key() {
        throw new UnsupportedOperationException();
    }

    public byte[] value() {
        throw new UnsupportedOperationException();
    }

    /** @throws io.millrace.wire.MalformedException when the bytes are not a series record */
    public static SeriesRecord decode(byte[] key, byte[] value) {
        throw new UnsupportedOperationException();
    }
}
