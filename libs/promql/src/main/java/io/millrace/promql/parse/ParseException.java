package io.millrace.promql.parse;

import io.millrace.promql.ast.PositionRange;
import java.nio.charset.StandardCharsets;

/** A text that is not PromQL. The message is for the user: {@code 1:15: parse error: unexpected ...}. */
public final class ParseException extends RuntimeException {
    private final String reason;
    private final PositionRange position;

    /**
     * @param query the whole text, from which line and column are counted
     * @param reason without position
     */
    public ParseException(String query, PositionRange position, String reason) {
        super(lineAndColumn(query, position.start()) + ": parse error: " + reason, null, false, false);
        this.reason = reason;
        this.position = position;
    }

    private ParseException(String message, String reason, PositionRange position) {
        super(message, null, false, false);
        this.reason = reason;
        this.position = position;
    }

    /** A duration that turned out to be wrong when it was reckoned: the message starts with its first and last byte. */
    static ParseException ofDuration(PositionRange position, String reason) {
        return new ParseException(position.start() + ":" + position.end() + ": " + reason, reason, position);
    }

    /** What is wrong, without the position. */
    public String reason() {
        return reason;
    }

    public PositionRange position() {
        return position;
    }

    /** Line and column, both from 1, the column in bytes. */
    public static String lineAndColumn(String query, int offset) {
        if (query.isEmpty()) {
            return "unknown position";
        }
        byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
        if (offset < 0 || offset > bytes.length) {
            return "invalid position";
        }
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < offset; i++) {
            if (bytes[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return line + ":" + (offset - lineStart + 1);
    }
}
