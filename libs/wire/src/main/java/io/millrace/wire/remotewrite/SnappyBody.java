package io.millrace.wire.remotewrite;

import io.millrace.wire.MalformedException;
import java.io.IOException;
import org.xerial.snappy.Snappy;

/**
 * Inflates bodies in the snappy block format. The declared length is checked before anything is allocated: against the
 * limit, and against what so few bytes can hold at all. Stateless.
 */
public final class SnappyBody {
    /**
     * The best a snappy block can do is a 3-byte copy of 64 bytes: a ratio of 21.33. A body that declares more than 22 ×
     * its length + 64 is a lie, so a bomb costs nothing.
     */
    private static final int MAX_RATIO = 22;

    /** "sNaPpY" chunk that begins the framed format: 0xff and a 3-byte length 6. */
    private static final int FRAMED_FIRST = 0xff;

    private static final int FRAMED_LENGTH = 10;

    private SnappyBody() {}

    /**
     * The length after inflating, as the body declares it.
     *
     * @throws MalformedException when it is not the snappy block format, or is longer than the body can hold
     * @throws RequestTooLargeException when it is above {@code limit}
     */
    public static int declaredLength(byte[] body, int offset, int length, int limit) {
        if (isFramed(body, offset, length)) {
            throw new MalformedException("the body is in the snappy framed format");
        }
        long declared = 0;
        for (int i = 0; i < 5; i++) {
            if (i >= length) {
                throw new MalformedException(length == 0 ? "the body is empty" : "the snappy length is cut off");
            }
            byte b = body[offset + i];
            declared |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return check(declared, length, limit);
            }
        }
        throw new MalformedException("the snappy length has more than 5 bytes");
    }

    private static int check(long declared, int length, int limit) {
        if (declared > (long) MAX_RATIO * length + 64) {
            throw new MalformedException(
                    "the body of " + length + " bytes declares " + declared + " bytes, more than snappy can put there");
        }
        if (declared > limit) {
            throw new RequestTooLargeException("the body has " + declared + " bytes after inflating, limit " + limit);
        }
        return (int) declared;
    }

    private static boolean isFramed(byte[] body, int offset, int length) {
        return length >= FRAMED_LENGTH
                && (body[offset] & 0xff) == FRAMED_FIRST
                && body[offset + 1] == 6
                && body[offset + 2] == 0
                && body[offset + 3] == 0
                && body[offset + 4] == 's';
    }

    /**
     * Inflates a body whose {@link #declaredLength} is known.
     *
     * @param target at least that long
     * @throws MalformedException when it is not the snappy block format, or has another length than declared
     */
    public static void inflate(byte[] body, int offset, int length, byte[] target, int declared) {
        if (target.length < declared) {
            throw new IllegalArgumentException("target of " + target.length + " bytes for " + declared);
        }
        try {
            int inflated = Snappy.rawUncompress(body, offset, length, target, 0);
            if (inflated != declared) {
                throw new MalformedException("the body inflates to " + inflated + " bytes, declared are " + declared);
            }
        } catch (IOException e) {
            throw new MalformedException("the body is not in the snappy block format");
        }
    }
}
