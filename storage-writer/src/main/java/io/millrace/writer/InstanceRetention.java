package io.millrace.writer;

import io.millrace.model.TenantId;
import io.millrace.runtime.control.AccessControl;
import io.millrace.runtime.control.Instance;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import java.util.EnumSet;
import java.util.Set;

/** The retention class of a tenant by what its instance says. Thread-safe. */
final class InstanceRetention implements RetentionPolicy {
    private final AccessControl control;

    InstanceRetention(AccessControl control) {
        this.control = control;
    }

    /** An instance that is not known (yet) gets the longest class: data must not expire before we know its retention. */
    @Override
    public RetentionClass writeTo(TenantId tenant) {
        Instance instance = control.instance(tenant);
        return RetentionClass.atLeast(instance == null ? Integer.MAX_VALUE : instance.retentionDays());
    }

    /** All classes: the retention may have changed, and nobody remembers what it was. An empty table costs little. */
    @Override
    public Set<RetentionClass> readFrom(TenantId tenant) {
        return EnumSet.allOf(RetentionClass.class);
    }
}
