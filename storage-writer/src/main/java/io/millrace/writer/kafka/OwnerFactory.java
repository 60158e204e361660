package io.millrace.writer.kafka;

import io.millrace.writer.partition.OwnerStart;
import io.millrace.writer.partition.PartitionOwner;

/** Makes the owner of a partition; starts nothing. */
@FunctionalInterface
public interface OwnerFactory {
    PartitionOwner create(OwnerStart start);
}
