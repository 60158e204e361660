/** Writes syntax trees: as queries on one line or many, and as JSON. The forms are Prometheus' own. */
@NullMarked
package io.millrace.promql.print;

import org.jspecify.annotations.NullMarked;
