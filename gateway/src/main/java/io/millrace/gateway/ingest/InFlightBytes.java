package io.millrace.gateway.ingest;

import io.millrace.model.TenantId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes on their way through the gateway, in all and for each tenant, and says no when there are too many. One
 * tenant cannot take everything. When full, the caller answers 503 and keeps nothing. Thread-safe.
 */
public final class InFlightBytes {
    private final long totalLimit;
    private final long tenantLimit;
    private final AtomicLong total = new AtomicLong();
    /** Tenants are instances that exist, so that there are as many entries as instances. */
    private final ConcurrentMap<TenantId, AtomicLong> byTenant = new ConcurrentHashMap<>();

    public InFlightBytes(long totalLimit, long tenantLimit) {
        this.totalLimit = totalLimit;
        this.tenantLimit = Math.min(tenantLimit, totalLimit);
    }

    /** A reservation of nothing yet, to be closed by whoever ends the request. */
    public Reservation open(TenantId tenant) {
        return new Reservation(byTenant.computeIfAbsent(tenant, absent -> new AtomicLong()));
    }

    /** Bytes on their way now. */
    public long total() {
        return total.get();
    }

    /** The bytes of one request. Used by one thread at a time. */
    public final class Reservation implements AutoCloseable {
        private final AtomicLong tenant;
        private long held;

        private Reservation(AtomicLong tenant) {
            this.tenant = tenant;
        }

        /** Takes {@code bytes} more. When there is no room for them nothing changes and the answer is false. */
        public boolean grow(long bytes) {
            if (tenant.addAndGet(bytes) > tenantLimit) {
                tenant.addAndGet(-bytes);
                return false;
            }
            if (total.addAndGet(bytes) > totalLimit) {
                total.addAndGet(-bytes);
                tenant.addAndGet(-bytes);
                return false;
            }
            held += bytes;
            return true;
        }

        /** Gives back all but {@code bytes}. */
        public void shrinkTo(long bytes) {
            long less = held - Math.min(held, bytes);
            held -= less;
            tenant.addAndGet(-less);
            total.addAndGet(-less);
        }

        @Override
        public void close() {
            shrinkTo(0);
        }
    }
}
