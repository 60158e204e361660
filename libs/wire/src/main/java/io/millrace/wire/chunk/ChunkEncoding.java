package io.millrace.wire.chunk;

import io.millrace.wire.MalformedException;

/** How the samples of a chunk are encoded. The numbers are those of Prometheus' block files and remote read. */
public enum ChunkEncoding {
    XOR(1),
    HISTOGRAM(2),
    FLOAT_HISTOGRAM(3);

    private final byte number;

    ChunkEncoding(int number) {
        this.number = (byte) number;
    }

    public byte number() {
        return number;
    }

    public static ChunkEncoding ofNumber(int number) {
        return switch (number) {
            case 1 -> XOR;
            case 2 -> HISTOGRAM;
            case 3 -> FLOAT_HISTOGRAM;
            default -> throw new MalformedException("unknown chunk encoding " + number);
        };
    }
}
