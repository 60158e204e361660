package io.millrace.wire.remotewrite;

import org.jspecify.annotations.Nullable;

/**
 * The buckets of one sign of a histogram: spans, and counts as deltas (integer histograms) or doubles (float
 * histograms). Not thread-safe.
 */
final class HistogramBuckets {
    private final String sign;
    private final LongList spanOffsets = new LongList(ReceivedHistogram.MAX_ELEMENTS);
    private final LongList spanLengths = new LongList(ReceivedHistogram.MAX_ELEMENTS);
    final LongList deltas = new LongList(ReceivedHistogram.MAX_ELEMENTS);
    final LongList countBits = new LongList(ReceivedHistogram.MAX_ELEMENTS);

    HistogramBuckets(String sign) {
        this.sign = sign;
    }

    void clear() {
        spanOffsets.clear();
        spanLengths.clear();
        deltas.clear();
        countBits.clear();
    }

    void addSpan(int offset, long length) {
        spanOffsets.add(offset);
        spanLengths.add(length);
    }

    boolean isEmpty() {
        return spanOffsets.size() == 0 && deltas.size() == 0 && countBits.size() == 0;
    }

    boolean overflowed() {
        return spanOffsets.overflowed() || deltas.overflowed() || countBits.overflowed();
    }

    private int buckets(boolean floats) {
        return floats ? countBits.size() : deltas.size();
    }

    @Nullable
    String check(boolean floats) {
        if (overflowed()) {
            return "more than " + ReceivedHistogram.MAX_ELEMENTS + " " + sign + " buckets or spans";
        }
        long inSpans = 0;
        long index = 0;
        for (int i = 0; i < spanOffsets.size(); i++) {
            if (i > 0 && spanOffsets.get(i) < 0) {
                return sign + " span " + (i + 1) + " has the negative offset " + spanOffsets.get(i);
            }
            inSpans += spanLengths.get(i);
            index += spanOffsets.get(i) + spanLengths.get(i);
        }
        if (inSpans != buckets(floats)) {
            return sign + " spans cover " + inSpans + " buckets, there are " + buckets(floats);
        }
        if (index > Integer.MAX_VALUE) {
            return sign + " bucket index " + index + " is beyond 32 bits";
        }
        return floats ? checkFloats() : checkDeltas();
    }

    private @Nullable String checkFloats() {
        for (int i = 0; i < countBits.size(); i++) {
            double count = Double.longBitsToDouble(countBits.get(i));
            if (count < 0) {
                return sign + " bucket " + (i + 1) + " has the negative count " + count;
            }
        }
        return null;
    }

    private @Nullable String checkDeltas() {
        long count = 0;
        for (int i = 0; i < deltas.size(); i++) {
            count += deltas.get(i);
            if (count < 0) {
                return sign + " bucket " + (i + 1) + " has the negative count " + count;
            }
        }
        return null;
    }

    /** All observations of an integer histogram. @throws ArithmeticException beyond 2^63 */
    long sum() {
        long sum = 0;
        long count = 0;
        for (int i = 0; i < deltas.size(); i++) {
            count += deltas.get(i);
            sum = Math.addExact(sum, count);
        }
        return sum;
    }

    /** Whether the spans of custom buckets begin at 0 or later and end within {@code bounds} buckets. */
    @Nullable
    String checkWithin(int bounds) {
        long index = 0;
        for (int i = 0; i < spanOffsets.size(); i++) {
            if (spanOffsets.get(i) < 0) {
                return sign + " span " + (i + 1) + " of custom buckets has the negative offset " + spanOffsets.get(i);
            }
            index += spanOffsets.get(i) + spanLengths.get(i);
        }
        return index > bounds ? "spans reach bucket " + index + ", the bounds make " + bounds : null;
    }

    /** Merges 2^{@code steps} neighbours into one bucket each; empty spans vanish. */
    void mergeDown(int steps, boolean floats) {
        LongList offsets = new LongList(ReceivedHistogram.MAX_ELEMENTS);
        LongList lengths = new LongList(ReceivedHistogram.MAX_ELEMENTS);
        LongList merged = new LongList(ReceivedHistogram.MAX_ELEMENTS);
        long index = 0;
        long previousTarget = 0;
        int bucket = 0;
        long count = 0;
        long spanLength = 0;
        long mergedCount = 0;
        double mergedFloat = 0;
        for (int span = 0; span < spanOffsets.size(); span++) {
            index += spanOffsets.get(span);
            for (long i = 0; i < spanLengths.get(span); i++, index++) {
                // bucket i holds (base^(i-1), base^i], hence the shift by one
                long target = (index - 1 >> steps) + 1;
                boolean first = bucket == 0;
                if (first || target != previousTarget) {
                    if (!first) {
                        merged.add(floats ? Double.doubleToRawLongBits(mergedFloat) : mergedCount);
                    }
                    mergedCount = 0;
                    mergedFloat = 0;
                    if (first || target != previousTarget + 1) {
                        if (!first) {
                            lengths.add(spanLength);
                        }
                        offsets.add(first ? target : target - previousTarget - 1);
                        spanLength = 0;
                    }
                    spanLength++;
                }
                previousTarget = target;
                if (floats) {
                    mergedFloat += Double.longBitsToDouble(countBits.get(bucket));
                } else {
                    count += deltas.get(bucket);
                    mergedCount += count;
                }
                bucket++;
            }
        }
        if (bucket > 0) {
            merged.add(floats ? Double.doubleToRawLongBits(mergedFloat) : mergedCount);
            lengths.add(spanLength);
        }
        replace(offsets, lengths, merged, floats);
    }

    private void replace(LongList offsets, LongList lengths, LongList merged, boolean floats) {
        clear();
        for (int i = 0; i < offsets.size(); i++) {
            addSpan((int) offsets.get(i), lengths.get(i));
        }
        long previous = 0;
        for (int i = 0; i < merged.size(); i++) {
            if (floats) {
                countBits.add(merged.get(i));
            } else {
                deltas.add(merged.get(i) - previous);
                previous = merged.get(i);
            }
        }
    }

    void write(MessageBuffer out, int firstField, boolean floats) {
        for (int i = 0; i < spanOffsets.size(); i++) {
            out.span(firstField, (int) spanOffsets.get(i), spanLengths.get(i));
        }
        if (floats) {
            out.packedFixed64(firstField + 2, countBits);
        } else {
            out.packedZigZag(firstField + 1, deltas);
        }
    }

    /** Offset and length of each span, alternating. */
    int[] spans() {
        int[] spans = new int[2 * spanOffsets.size()];
        for (int i = 0; i < spanOffsets.size(); i++) {
            spans[2 * i] = (int) spanOffsets.get(i);
            spans[2 * i + 1] = (int) spanLengths.get(i);
        }
        return spans;
    }

    /** The count of each bucket. */
    double[] counts(boolean floats) {
        double[] counts = new double[buckets(floats)];
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            if (floats) {
                counts[i] = Double.longBitsToDouble(countBits.get(i));
            } else {
                count += deltas.get(i);
                counts[i] = count;
            }
        }
        return counts;
    }
}
