/**
 * Writes random well-typed queries over metrics that are given, for tests that compare two ways to the same answer: two
 * servers, range and instant queries, sharded and whole. The same seed gives the same queries.
 */
@NullMarked
package io.millrace.promql.generate;

import org.jspecify.annotations.NullMarked;
