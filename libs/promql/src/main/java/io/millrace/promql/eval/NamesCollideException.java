package io.millrace.promql.eval;

/**
 * Series have types and units beside their names, so that names of one metric can collide after all. The query begins anew
 * with a context that merges series wherever names are dropped.
 */
public final class NamesCollideException extends RuntimeException {
    NamesCollideException() {
        super("series with type and unit", null, false, false);
    }
}
