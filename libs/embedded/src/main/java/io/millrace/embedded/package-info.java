/**
 * Launchers of a real Kafka broker and a real Cassandra node as child processes of this JVM.
 *
 * <p>Each node has one data folder, free or given ports, and settings tuned for one machine; it can be closed in order,
 * killed, paused, resumed and restarted on the same data and ports. The children end by themselves when this JVM ends,
 * however it ends. The standalone process and the integration tests use the same launchers.
 */
@NullMarked
package io.millrace.embedded;

import org.jspecify.annotations.NullMarked;
