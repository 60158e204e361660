/**
 * Benchmarks that answer in CPU seconds per million samples, the unit in which the whole system is budgeted. {@code
 * Benchmarks} is the one main class and picks a benchmark by name; each benchmark also runs once as a unit test.
 */
package io.millrace.benchmarks;
