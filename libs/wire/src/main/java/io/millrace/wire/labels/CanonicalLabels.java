package io.millrace.wire.labels;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Labels as bytes: for each label, sorted by name in byte order, {@code uvarint length | name | uvarint length | value}.
 * No count; the length of the whole is known from outside. Documented in {@code docs/formats/labels.md}. Stateless.
 *
 * <p>The same labels are always the same bytes, because the bytes are what the series id is the hash of. So decoding is
 * strict: names rise strictly, neither names nor values are empty, text is UTF-8, lengths take as few bytes as they can.
 */
public final class CanonicalLabels {
    private static final Hasher128 XXH3 = Hashing.xxh3_128();
    private static final byte[] METRIC_NAME = Labels.METRIC_NAME.getBytes(StandardCharsets.US_ASCII);

    private CanonicalLabels() {}

    /** @throws IllegalArgumentException when a name is empty or text has half a surrogate pair */
    public static byte[] encode(Labels labels) {
        ByteWriter out = new ByteWriter(32 * labels.size());
        for (int i = 0; i < labels.size(); i++) {
            if (labels.name(i).isEmpty()) {
                throw new IllegalArgumentException("a label of " + labels + " has no name");
            }
            out.putSized(Utf8.encode(labels.name(i)));
            out.putSized(Utf8.encode(labels.value(i)));
        }
        return out.toByteArray();
    }

    /** @throws io.millrace.wire.MalformedException when the bytes are not canonical labels */
    public static Labels decode(byte[] buffer, int offset, int length) {
        int count = check(buffer, offset, length);
        String[] pairs = new String[2 * count];
        ByteReader in = new ByteReader(buffer, offset, length);
        for (int i = 0; i < pairs.length; i++) {
            int size = in.readLength();
            pairs[i] = new String(buffer, in.position(), size, StandardCharsets.UTF_8);
            in.skip(size);
        }
        return Labels.ofSortedPairs(pairs);
    }

    /**
     * Reads the bytes through without keeping anything.
     *
     * @return the number of labels
     * @throws io.millrace.wire.MalformedException when the bytes are not canonical labels
     */
    public static int check(byte[] buffer, int offset, int length) {
        ByteReader in = new ByteReader(buffer, offset, length);
        int count = 0;
        int previousOffset = offset;
        int previousLength = 0;
        while (in.hasRemaining()) {
            int nameLength = checkText(in, "name");
            int nameOffset = in.position() - nameLength;
            boolean rising = Arrays.compareUnsigned(
                            buffer,
                            previousOffset,
                            previousOffset + previousLength,
                            buffer,
                            nameOffset,
                            nameOffset + nameLength)
                    < 0;
            if (!rising) {
                throw new MalformedException("label name at byte " + nameOffset + " is not above the one before it");
            }
            previousOffset = nameOffset;
            previousLength = nameLength;
            checkText(in, "value");
            count++;
        }
        return count;
    }

    private static int checkText(ByteReader in, String what) {
        int start = in.position();
        int length = in.readLength();
        if (length == 0) {
            throw new MalformedException("label " + what + " at byte " + start + " is empty");
        }
        if (in.position() - start != ByteWriter.uvarintSize(length)) {
            throw new MalformedException("length of label " + what + " at byte " + start + " has needless bytes");
        }
        if (!Utf8.isValid(in.buffer(), in.position(), length)) {
            throw new MalformedException("label " + what + " at byte " + start + " is not UTF-8");
        }
        in.skip(length);
        return length;
    }

    /** XXH3 128-bit (seed 0) over the canonical bytes. */
    public static SeriesId id(byte[] buffer, int offset, int length) {
        HashValue128 hash = XXH3.hashBytesTo128Bits(buffer, offset, length);
        return new SeriesId(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }

    public static SeriesId id(Labels labels) {
        byte[] bytes = encode(labels);
        return id(bytes, 0, bytes.length);
    }

    /**
     * The metric name without decoding the rest; "" when there is none.
     *
     * @throws io.millrace.wire.MalformedException when the bytes up to there are not canonical labels
     */
    public static String metricName(byte[] buffer, int offset, int length) {
        return value(buffer, offset, length, METRIC_NAME);
    }

    /**
     * The value of a label without decoding the rest; "" when there is no such label.
     *
     * @param wanted its name in UTF-8
     * @throws io.millrace.wire.MalformedException when the bytes up to there are not canonical labels
     */
    public static String value(byte[] buffer, int offset, int length, byte[] wanted) {
        ByteReader in = new ByteReader(buffer, offset, length);
        while (in.hasRemaining()) {
            int nameLength = in.readLength();
            int name = in.position();
            in.skip(nameLength);
            int valueLength = in.readLength();
            int value = in.position();
            in.skip(valueLength);
            if (Arrays.equals(buffer, name, name + nameLength, wanted, 0, wanted.length)) {
                return Utf8.decode(buffer, value, valueLength);
            }
        }
        return "";
    }
}
