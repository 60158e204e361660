/**
 * What each tenant uses, summed over the partitions of the processor: read from the topic {@code usage} into the memory of
 * every process that holds limits or shows usage.
 */
package io.millrace.runtime.usage;
