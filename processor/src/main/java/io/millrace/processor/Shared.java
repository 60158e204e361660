package io.millrace.processor;

import io.millrace.model.TenantId;
import io.millrace.processor.ha.HaElections;
import io.millrace.processor.limits.ClusterUsage;
import io.millrace.processor.shards.WideningRules;
import io.millrace.runtime.policy.TenantPolicies;
import io.millrace.runtime.shards.Shards;
import java.util.function.LongSupplier;

/**
 * What all partitions of a process share; each part is thread-safe.
 *
 * @param metrics the meters
 * @param policies what is in force for each tenant
 * @param cluster what the other partitions have published
 * @param elections who is elected among high-availability replicas
 * @param shards which partitions of {@code received} each tenant uses
 * @param widening when a tenant gets more of them
 * @param meteringInstance the instance that gets the series of the metering, if it is there
 * @param clockMs the wall clock
 */
public record Shared(
        ProcessorMetrics metrics,
        TenantPolicies policies,
        ClusterUsage cluster,
        HaElections elections,
        Shards shards,
        WideningRules widening,
        TenantId meteringInstance,
        LongSupplier clockMs) {}
