/**
 * Realistic series whose values are a pure function of series and time.
 *
 * <p>A test that reads a sample back knows what it must be without having kept it, and two processes that generate the
 * same target at the same time generate the same bytes.
 */
@NullMarked
package io.millrace.testkit.generator;

import org.jspecify.annotations.NullMarked;
