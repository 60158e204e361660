package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.SeriesId;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A series id as 16 big-endian bytes: Cassandra orders blobs by unsigned bytes, which is the order of ids. */
final class SeriesBlob {
    private SeriesBlob() {}

    static ByteBuffer of(SeriesId id) {
        return ByteBuffer.allocate(SeriesId.BYTES)
                .putLong(id.high())
                .putLong(id.low())
                .flip();
    }

    static SeriesId read(Row row, int column) {
        ByteBuffer bytes = Objects.requireNonNull(row.getBytesUnsafe(column), "series");
        int at = bytes.position();
        return new SeriesId(bytes.getLong(at), bytes.getLong(at + 8));
    }

    /** A copy of a blob column; empty when it is null. */
    static byte[] bytes(Row row, int column) {
        ByteBuffer bytes = row.getBytesUnsafe(column);
        if (bytes == null) {
            return new byte[0];
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }
}
