package io.millrace.processor.progress;

import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;

/**
 * Records of a partition of {@code received} that are processed, one offset after the other. Documented in
 * {@code docs/formats/processor-state.md}.
 *
 * <pre>
 * key      u8 version=2, alone; keys of usage records, beside which it stands, begin with 1
 * value    u8 version=1 | uvarint first | uvarint last | uvarint latest ms | uvarint ms of the last record
 *          | uvarint bytes | u32 CRC32C, little endian
 * </pre>
 *
 * @param first the first offset of which this is known
 * @param last the last one
 * @param latestMs the greatest timestamp of all these records, ms since the epoch
 * @param mark of the record at {@code last}
 */
public record ProcessedRange(long first, long last, long latestMs, RecordMark mark) {
    private static final byte KEY_VERSION = 2;
    private static final byte VERSION = 1;

    /** The range of one record. */
    public static ProcessedRange of(long offset, RecordMark mark) {
        return new ProcessedRange(offset, offset, mark.timestampMs(), mark);
    }

    /** This range and the record behind it. */
    public ProcessedRange next(RecordMark record) {
        return new ProcessedRange(first, last + 1, Math.max(latestMs, record.timestampMs()), record);
    }

    public static byte[] key() {
        return new byte[] {KEY_VERSION};
    }

    /** Whether the key is that of a range, of whatever version its value is. */
    public static boolean isKey(byte[] key) {
        return key.length == 1 && key[0] == KEY_VERSION;
    }

    public byte[] value() {
        ByteWriter out = new ByteWriter(40);
        out.putByte(VERSION);
        out.putUvarint(first);
        out.putUvarint(last);
        out.putUvarint(latestMs);
        out.putUvarint(mark.timestampMs());
        out.putUvarint(mark.bytes());
        out.putIntLittleEndian(mark.check());
        return out.toByteArray();
    }

    /** @throws MalformedException when the bytes are not a range that this program can read */
    public static ProcessedRange decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = in.readByte();
        if (version != VERSION) {
            throw new MalformedException("range of processed records has version " + version
                    + ", this program reads version " + VERSION + ": run the version that wrote it");
        }
        long first = in.readUvarint();
        long last = in.readUvarint();
        long latestMs = in.readUvarint();
        long timestampMs = in.readUvarint();
        int bytes = (int) in.readUvarint();
        return new ProcessedRange(first, last, latestMs, new RecordMark(timestampMs, bytes, in.readIntLittleEndian()));
    }
}
