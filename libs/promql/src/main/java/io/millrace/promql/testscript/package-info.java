/**
 * Runs scripts in Prometheus' test format: data is loaded, queries are evaluated, results compared. The format is described
 * in {@code docs/promql.md}. {@link io.millrace.promql.testscript.PromqlTestMain} is the command,
 * {@link io.millrace.promql.testscript.ScriptRunner} the way from a test.
 */
@NullMarked
package io.millrace.promql.testscript;

import org.jspecify.annotations.NullMarked;
