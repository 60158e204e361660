package io.millrace.runtime.control;

import io.millrace.model.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What the data path asks about callers and instances. Implemented by {@link ControlTables} on the topic and by {@link
 * ControlState} in memory alone. Never blocks; safe for any thread.
 */
public interface AccessControl {
    /** Whether the records are complete; until then every decision is {@code NotReady}. */
    boolean ready();

    /** The instance, or null when there is none. */
    @Nullable
    Instance instance(TenantId id);

    /** How the series of an instance are processed, or null when they are stored as they come. */
    @Nullable
    ProcessingRules processing(TenantId id);

    /** Who the caller is. */
    Authentication authenticate(String keyId, String secret);

    /** Whether the caller may do this with the instance. */
    Authorization decide(String keyId, String secret, TenantId instance, Access access);
}
