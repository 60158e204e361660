/**
 * The processor: a Kafka Streams job between the topics {@code received} and {@code samples}. It settles the labels of
 * each series, gives it its id, announces it once per UTC day, and passes samples on by id. {@link
 * io.millrace.processor.ProcessorTopology} is the map; {@link io.millrace.processor.PartitionProcessor} does the work.
 */
package io.millrace.processor;
