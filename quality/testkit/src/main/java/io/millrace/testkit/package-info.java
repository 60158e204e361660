/**
 * What tests of several modules share.
 *
 * <p>One real broker ({@link io.millrace.testkit.TestKafka}) and one real Cassandra node ({@link
 * io.millrace.testkit.TestCassandra}) per test JVM, started when first asked for. Sub-packages hold the sender's side of
 * remote write, generators of realistic series, and a real Prometheus.
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
