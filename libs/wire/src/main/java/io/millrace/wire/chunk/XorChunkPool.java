package io.millrace.wire.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Float chunks under construction, very many of them, in flat arrays: the same bits as {@link XorChunk}, without an object
 * for each. Chunks are known by handles, small numbers that are used again after {@link #free}. Not thread-safe.
 *
 * <h2>Layout</h2>
 *
 * A chunk has a <em>record</em> of eight words, the size of a cache line, with all that an append needs: the last
 * timestamp, its delta, the last value, the window, and the last unfinished 64 bits. Full words go to a chain of
 * <em>blocks</em> of eight words, seven of the stream and a link to the next block. So an append touches one place, and a
 * second one every 64 bits, and a chunk takes 64 bytes and 64 for every 56 bytes of its stream. Nothing is ever copied to
 * grow, and to the garbage collector all of it is a few arrays.
 *
 * <pre>
 * record  0 last timestamp | 1 last value | 2 unfinished bits | 3 bits:32 samples:16 window:16
 *         4 last delta:32 last block:32 | 5 first block:32 owner's number:32 | 6, 7 two words of the owner
 * </pre>
 *
 * Records and blocks share pages, since they have the same size. Pages are made when needed and kept. Timestamps of a chunk
 * lie less than 2^31 ms apart.
 */
public final class XorChunkPool {
    private static final int WORDS = 8;
    private static final int STREAM_WORDS = WORDS - 1;

    /** Cells, which are records or blocks, in a page: 64 KB. */
    private static final int PAGE_BITS = 10;

    private static final int PAGE_CELLS = 1 << PAGE_BITS;
    private static final int NONE = -1;

    private static final int VALUE = 1;
    private static final int PENDING = 2;
    private static final int COUNTS = 3;
    private static final int DELTA_AND_TAIL = 4;
    private static final int HEAD_AND_OWNER = 5;
    private static final int OWNER = 6;

    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private long[][] pages = new long[4][];
    private int pageCount;
    /** First of the free cells, each of which holds the number of the next; {@link #NONE} when there are none. */
    private int free = NONE;

    private final Cursor cursor = new Cursor();
    private final byte[] head = new byte[2 * Long.BYTES + 2];

    /** The chunk an append works on, taken from its record and put back. */
    private final class Cursor extends BitWriter {
        private int tail;
        private int firstBlock;

        @Override
        void storeWord(long word) {
            int at = (bits >>> 6) % STREAM_WORDS;
            if (at == 0) {
                int block = allocate();
                if (firstBlock == NONE) {
                    firstBlock = block;
                } else {
                    page(tail)[base(tail) + STREAM_WORDS] = block;
                }
                tail = block;
            }
            page(tail)[base(tail) + at] = word;
        }
    }

    /**
     * Begins a chunk with its first sample.
     *
     * @return its handle
     */
    public int begin(long timestampMs, long valueBits) {
        int chunk = allocate();
        restart(chunk, timestampMs, valueBits);
        return chunk;
    }

    /** Begins a new chunk in the place of one that is of no use any more; keeps what the owner attached. */
    public void again(int chunk, long timestampMs, long valueBits) {
        freeBlocks(chunk);
        restart(chunk, timestampMs, valueBits);
    }

    private void restart(int chunk, long timestampMs, long valueBits) {
        Cursor at = cursor;
        at.count = 0;
        at.bits = BitWriter.COUNT_BYTES * Byte.SIZE;
        at.pending = 0;
        at.lastDelta = 0;
        at.tail = NONE;
        at.firstBlock = NONE;
        short window = XorChunk.write(at, timestampMs, valueBits, 0, BitWriter.NO_WINDOW);
        at.count = 1;
        long[] page = page(chunk);
        int base = base(chunk);
        page[base + HEAD_AND_OWNER] = (long) at.firstBlock << 32 | page[base + HEAD_AND_OWNER] & 0xffffffffL;
        put(page, base, valueBits, window);
    }

    /** Appends a sample; timestamps must rise strictly (the caller's duty, not checked). */
    public void append(int chunk, long timestampMs, long valueBits) {
        long[] page = page(chunk);
        int base = base(chunk);
        Cursor at = cursor;
        long counts = page[base + COUNTS];
        long deltaAndTail = page[base + DELTA_AND_TAIL];
        at.lastTimestampMs = page[base];
        at.pending = page[base + PENDING];
        at.bits = (int) (counts >>> 32);
        at.count = (char) (counts >>> 16);
        at.lastDelta = deltaAndTail >> 32;
        at.tail = (int) deltaAndTail;
        at.firstBlock = (int) (page[base + HEAD_AND_OWNER] >> 32);
        int firstBlock = at.firstBlock;
        short window = XorChunk.write(at, timestampMs, valueBits, page[base + VALUE], (short) counts);
        at.count++;
        if (firstBlock != at.firstBlock) {
            page[base + HEAD_AND_OWNER] = (long) at.firstBlock << 32 | page[base + HEAD_AND_OWNER] & 0xffffffffL;
        }
        put(page, base, valueBits, window);
    }

    private void put(long[] page, int base, long valueBits, short window) {
        Cursor at = cursor;
        page[base] = at.lastTimestampMs;
        page[base + VALUE] = valueBits;
        page[base + PENDING] = at.pending;
        page[base + COUNTS] = (long) at.bits << 32 | (long) at.count << 16 | window & 0xffff;
        page[base + DELTA_AND_TAIL] = at.lastDelta << 32 | at.tail & 0xffffffffL;
    }

    public long lastTimestampMs(int chunk) {
        return page(chunk)[base(chunk)];
    }

    /** Value bits of the sample appended last. */
    public long lastValueBits(int chunk) {
        return page(chunk)[base(chunk) + VALUE];
    }

    public int samples(int chunk) {
        return (char) (page(chunk)[base(chunk) + COUNTS] >>> 16);
    }

    /** Encoded bytes so far, without padding. */
    public int size(int chunk) {
        return bytesOf(bits(chunk));
    }

    private int bits(int chunk) {
        return (int) (page(chunk)[base(chunk) + COUNTS] >>> 32);
    }

    private static int bytesOf(int bits) {
        return (int) (((bits & 0xffffffffL) + 7) >>> 3);
    }

    public long firstTimestampMs(int chunk) {
        copy(chunk, head, Math.min(head.length, size(chunk)));
        return new BitReader(head, BitWriter.COUNT_BYTES).readSvarint();
    }

    /** A copy of the chunk as it stands. */
    public byte[] bytes(int chunk) {
        byte[] bytes = new byte[size(chunk)];
        copy(chunk, bytes, bytes.length);
        int count = samples(chunk);
        bytes[0] = (byte) (count >>> 8);
        bytes[1] = (byte) count;
        return bytes;
    }

    private void copy(int chunk, byte[] to, int length) {
        int words = bits(chunk) >>> 6;
        int block = (int) (page(chunk)[base(chunk) + HEAD_AND_OWNER] >> 32);
        int at = 0;
        for (int word = 0; word < words && at < length; word++) {
            int inBlock = word % STREAM_WORDS;
            if (inBlock == 0 && word > 0) {
                block = (int) page(block)[base(block) + STREAM_WORDS];
            }
            at = copy(page(block)[base(block) + inBlock], to, at, length);
        }
        if (at < length) {
            copy(page(chunk)[base(chunk) + PENDING], to, at, length);
        }
    }

    private static int copy(long word, byte[] to, int at, int length) {
        if (at + Long.BYTES <= length) {
            LONG_BE.set(to, at, word);
            return at + Long.BYTES;
        }
        long rest = word;
        for (int i = at; i < length; i++) {
            to[i] = (byte) (rest >>> (Long.SIZE - Byte.SIZE));
            rest <<= Byte.SIZE;
        }
        return length;
    }

    /** Gives back what the chunk takes; the handle must not be used any more. */
    public void free(int chunk) {
        freeBlocks(chunk);
        release(chunk);
    }

    private void freeBlocks(int chunk) {
        int block = (int) (page(chunk)[base(chunk) + HEAD_AND_OWNER] >> 32);
        if (block == NONE) {
            return;
        }
        int last = (int) page(chunk)[base(chunk) + DELTA_AND_TAIL];
        while (block != last) {
            int next = (int) page(block)[base(block) + STREAM_WORDS];
            release(block);
            block = next;
        }
        release(block);
        long owner = page(chunk)[base(chunk) + HEAD_AND_OWNER] & 0xffffffffL;
        page(chunk)[base(chunk) + HEAD_AND_OWNER] = (long) NONE << 32 | owner;
    }

    /** A number the owner attached to the chunk. */
    public int number(int chunk) {
        return (int) page(chunk)[base(chunk) + HEAD_AND_OWNER];
    }

    public void setNumber(int chunk, int number) {
        long[] page = page(chunk);
        int at = base(chunk) + HEAD_AND_OWNER;
        page[at] = page[at] & 0xffffffff00000000L | number & 0xffffffffL;
    }

    /** One of two words the owner attached to the chunk. */
    public long word(int chunk, int which) {
        return page(chunk)[base(chunk) + OWNER + which];
    }

    public void setWord(int chunk, int which, long word) {
        page(chunk)[base(chunk) + OWNER + which] = word;
    }

    /**
     * Brings the record into the cache: reads of many records in a row overlap, those of appends in a row do not. Returns
     * something to do with the record, so that the read is not left out.
     */
    public long touch(int chunk) {
        long[] page = page(chunk);
        int base = base(chunk);
        // Arrays begin anywhere, so the record lies in two cache lines as a rule.
        return page[base] ^ page[base + WORDS - 1];
    }

    private long[] page(int cell) {
        return pages[cell >>> PAGE_BITS];
    }

    private static int base(int cell) {
        return (cell & PAGE_CELLS - 1) * WORDS;
    }

    private int allocate() {
        if (free == NONE) {
            addPage();
        }
        int cell = free;
        free = (int) page(cell)[base(cell)];
        return cell;
    }

    private void release(int cell) {
        page(cell)[base(cell)] = free;
        free = cell;
    }

    private void addPage() {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, 2 * pageCount);
        }
        pages[pageCount] = new long[PAGE_CELLS * WORDS];
        int first = pageCount << PAGE_BITS;
        pageCount++;
        for (int cell = first + PAGE_CELLS - 1; cell >= first; cell--) {
            release(cell);
        }
    }
}
