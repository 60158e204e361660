/**
 * Numbers, durations and strings as Prometheus writes and reads them. Prometheus is a Go program, so the rules are those
 * of Go's standard library; where Java differs, the class says how.
 */
@NullMarked
package io.millrace.promql.format;

import org.jspecify.annotations.NullMarked;
