/**
 * The syntax tree of PromQL: immutable records behind the sealed {@link io.millrace.promql.ast.Expr}, with the types and
 * positions that messages need, and the tables of functions, aggregations and operators. No behaviour of the evaluator
 * here; the parser makes these trees, the evaluator and the printers read them.
 */
@NullMarked
package io.millrace.promql.ast;

import org.jspecify.annotations.NullMarked;
