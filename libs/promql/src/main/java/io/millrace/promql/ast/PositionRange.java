package io.millrace.promql.ast;

/**
 * Where something stands in the text of a query.
 *
 * @param start offset of the first byte, in UTF-8 bytes from 0
 * @param end offset after the last byte
 */
public record PositionRange(int start, int end) {
    /** Of an expression that stands in no text. */
    public static final PositionRange NONE = new PositionRange(0, 0);

    /** From the start of one to the end of another that follows it. */
    public static PositionRange between(PositionRange first, PositionRange last) {
        return new PositionRange(first.start, last.end);
    }
}
