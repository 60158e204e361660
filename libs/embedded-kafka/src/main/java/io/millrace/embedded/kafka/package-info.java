/**
 * The main class of the child process that runs the embedded Kafka broker.
 *
 * <p>It formats an empty data folder, starts a combined broker and controller in the same JVM, and ends in order when
 * its standard input ends, that is when the process that started it is gone. Nothing else of Millrace is on its
 * classpath; {@code io.millrace.embedded.KafkaNode} is the launcher on the other side.
 */
@NullMarked
package io.millrace.embedded.kafka;

import org.jspecify.annotations.NullMarked;
