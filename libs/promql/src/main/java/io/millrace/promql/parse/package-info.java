/**
 * Parses PromQL by recursive descent with operator precedence. The language, the messages and their positions are those
 * of Prometheus 3.14; the first error ends the parse.
 */
@NullMarked
package io.millrace.promql.parse;

import org.jspecify.annotations.NullMarked;
