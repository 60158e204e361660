package io.millrace.processor.progress;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * By what a record is known again at its offset: a log that was truncated or made anew has another one there, or none.
 *
 * @param timestampMs the time of the record, ms since the epoch
 * @param bytes length of its value; 0 when it has none
 * @param check CRC32C of the end of its value, where the newest samples are
 */
public record RecordMark(long timestampMs, int bytes, int check) {
    /** A whole value of 1 MB for each record would cost as much as a twentieth of all that is done with it. */
    private static final int CHECKED_BYTES = 1024;

    public static RecordMark of(long timestampMs, byte @Nullable [] value) {
        if (value == null) {
            return new RecordMark(timestampMs, 0, 0);
        }
        int checked = Math.min(value.length, CHECKED_BYTES);
        CRC32C crc = new CRC32C();
        crc.update(value, value.length - checked, checked);
        return new RecordMark(timestampMs, value.length, (int) crc.getValue());
    }
}
