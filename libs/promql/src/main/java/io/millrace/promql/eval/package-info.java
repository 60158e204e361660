/**
 * The evaluator: series at a time over a dense grid of steps. Selectors stream series out of the store, functions map
 * them, aggregations fold them, and only operators that must see all series at once hold them.
 */
package io.millrace.promql.eval;
