/**
 * The topics of Millrace: their names, how many partitions they have, how long they keep data, and how a process makes
 * and checks them before it uses them. Also the settings every Kafka client in Millrace shares.
 */
package io.millrace.runtime.kafka;
