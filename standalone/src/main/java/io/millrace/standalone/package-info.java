/**
 * The command {@code millrace}: everything in one process on an embedded Kafka broker and Cassandra node.
 *
 * <p>{@link io.millrace.standalone.MillraceMain} has the commands. {@code up} checks the machine, takes the data folder,
 * and runs all services of Millrace around two child processes; the other commands look at it from outside, through the
 * data folder and the admin endpoint.
 */
@NullMarked
package io.millrace.standalone;

import org.jspecify.annotations.NullMarked;
