/**
 * The main class of the child process that runs the embedded Cassandra node.
 *
 * <p>It hands over to Cassandra's own daemon and ends in order when its standard input ends, that is when the process
 * that started it is gone. Nothing else of Millrace is on its classpath; {@code io.millrace.embedded.CassandraNode} is
 * the launcher on the other side.
 */
@NullMarked
package io.millrace.embedded.cassandra;

import org.jspecify.annotations.NullMarked;
