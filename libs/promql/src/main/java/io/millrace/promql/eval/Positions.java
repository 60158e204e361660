package io.millrace.promql.eval;

import io.millrace.promql.ast.PositionRange;
import java.nio.charset.StandardCharsets;

/** Where in a query something stands, as annotations say it. */
final class Positions {
    private Positions() {}

    /** {@code " (line:column)"} of the begin of a range, both from 1, columns in bytes. */
    static String suffix(String text, PositionRange position) {
        byte[] query = text.getBytes(StandardCharsets.UTF_8);
        int line = 1;
        int column = 1;
        for (int i = 0; i < position.start() && i < query.length; i++) {
            if (query[i] == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return " (" + line + ":" + column + ")";
    }
}
