package io.millrace.runtime.control;

import io.millrace.model.TenantId;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All control records in memory, and the decisions on them. */
public final class ControlState implements AccessControl {
    public ControlState(Clock clock) {}

    /** Adds or replaces. */
    public void put(ControlRecord record) {
        throw new UnsupportedOperationException();
    }

    /** Removes; nothing happens when it is not there. */
    public void remove(ControlKey key) {
        throw new UnsupportedOperationException();
    }

    /** From now on the records are complete. */
    public void markReady() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean ready() {
        return false;
    }

    @Override
    public @Nullable Instance instance(TenantId id) {
        return null;
    }

    public Collection<Instance> instances() {
        return List.of();
    }

    @Override
    public Authentication authenticate(String keyId, String secret) {
        return new Authentication.NotReady();
    }

    @Override
    public Authorization decide(String keyId, String secret, TenantId instance, Access access) {
        return new Authorization.NotReady();
    }
}
