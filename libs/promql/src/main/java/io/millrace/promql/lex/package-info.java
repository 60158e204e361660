/** Cuts the text of a query into tokens. */
@NullMarked
package io.millrace.promql.lex;

import org.jspecify.annotations.NullMarked;
