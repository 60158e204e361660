package io.millrace.storage;

import io.millrace.model.TenantId;
import java.util.EnumSet;
import java.util.Set;

/** Which retention class a tenant's data is in. Thread-safe, cheap, without I/O. */
public interface RetentionPolicy {
    /** The class new data of the tenant goes to. */
    RetentionClass writeTo(TenantId tenant);

    /** The classes that may hold data of the tenant: that of new data and those it had before. */
    Set<RetentionClass> readFrom(TenantId tenant);

    /** The same class for every tenant, always. */
    static RetentionPolicy fixed(RetentionClass retention) {
        return new RetentionPolicy() {
            @Override
            public RetentionClass writeTo(TenantId tenant) {
                return retention;
            }

            @Override
            public Set<RetentionClass> readFrom(TenantId tenant) {
                return EnumSet.of(retention);
            }
        };
    }
}
