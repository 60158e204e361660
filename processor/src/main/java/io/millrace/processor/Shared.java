package io.millrace.processor;

import io.millrace.processor.limits.ClusterUsage;
import io.millrace.processor.limits.TenantPolicies;
import java.util.function.LongSupplier;

/**
 * What all partitions of a process share; each part is thread-safe.
 *
 * @param metrics the meters
 * @param policies what is in force for each tenant
 * @param cluster what the other partitions have published
 * @param clockMs the wall clock
 */
public record Shared(ProcessorMetrics metrics, TenantPolicies policies, ClusterUsage cluster, LongSupplier clockMs) {}
