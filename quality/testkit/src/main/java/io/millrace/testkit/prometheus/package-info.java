/** A real Prometheus as a child process, as a sender and as the measure of what our answers must be. */
@NullMarked
package io.millrace.testkit.prometheus;

import org.jspecify.annotations.NullMarked;
