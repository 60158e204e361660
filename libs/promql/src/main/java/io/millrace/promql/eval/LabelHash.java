package io.millrace.promql.eval;

import io.millrace.model.Labels;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The hash by which {@code limit_ratio} picks series: xxHash64 (seed 0) over the labels, each name and value behind its
 * length, so that the same ratio picks the same series as a Prometheus built with its default label encoding.
 */
final class LabelHash {
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P1_PLUS_P2 = 0x60EA27EEADC0B5D6L;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private LabelHash() {}

    /** The hash as a number from 0 to 1. */
    static double fraction(Labels labels) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        labels.forEach((name, value) -> {
            write(bytes, name);
            write(bytes, value);
        });
        long hash = xxHash64(bytes.toByteArray());
        double unsigned = (hash >>> 1) * 2.0 + (hash & 1);
        return unsigned / 0x1p64;
    }

    /** Lengths below 255 take a byte, greater ones the byte 255 and three bytes more. */
    private static void write(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 255) {
            out.write(bytes.length);
        } else {
            out.write(255);
            out.write(bytes.length);
            out.write(bytes.length >>> 8);
            out.write(bytes.length >>> 16);
        }
        out.writeBytes(bytes);
    }

    static long xxHash64(byte[] data) {
        int at = 0;
        long hash;
        if (data.length >= 32) {
            long[] lanes = {P1_PLUS_P2, P2, 0, -P1};
            while (at <= data.length - 32) {
                for (int i = 0; i < 4; i++) {
                    lanes[i] = round(lanes[i], (long) LONGS.get(data, at));
                    at += 8;
                }
            }
            hash = Long.rotateLeft(lanes[0], 1)
                    + Long.rotateLeft(lanes[1], 7)
                    + Long.rotateLeft(lanes[2], 12)
                    + Long.rotateLeft(lanes[3], 18);
            for (long lane : lanes) {
                hash = (hash ^ round(0, lane)) * P1 + P4;
            }
        } else {
            hash = P5;
        }
        hash += data.length;
        for (; at <= data.length - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(data, at)), 27) * P1 + P4;
        }
        if (at <= data.length - 4) {
            hash = Long.rotateLeft(hash ^ ((int) INTS.get(data, at) & 0xffffffffL) * P1, 23) * P2 + P3;
            at += 4;
        }
        for (; at < data.length; at++) {
            hash = Long.rotateLeft(hash ^ (data[at] & 0xff) * P5, 11) * P1;
        }
        hash = (hash ^ hash >>> 33) * P2;
        hash = (hash ^ hash >>> 29) * P3;
        return hash ^ hash >>> 32;
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * P2, 31) * P1;
    }
}
