package io.millrace.query;

import io.millrace.model.TenantId;
import io.millrace.runtime.control.AccessControl;
import io.millrace.runtime.control.Instance;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import java.util.EnumSet;
import java.util.Set;

/** The retention class of a tenant by what its instance says. Thread-safe. */
public final class InstanceRetention implements RetentionPolicy {
    private final AccessControl control;

    public InstanceRetention(AccessControl control) {
        this.control = control;
    }

    @Override
    public RetentionClass writeTo(TenantId tenant) {
        Instance instance = control.instance(tenant);
        return RetentionClass.atLeast(instance == null ? 1 : instance.retentionDays());
    }

    @Override
    public Set<RetentionClass> readFrom(TenantId tenant) {
        return EnumSet.of(writeTo(tenant));
    }
}
