package io.millrace.processor.series;

import io.millrace.model.TenantId;
import java.util.List;

/** What a partition remembers of its series, and how that is made durable. Not thread-safe: one task owns it. */
public interface SeriesMemory {
    /** The series of a tenant; made when there are none. */
    TenantSeries tenant(TenantId tenant);

    /** All tenants with series; a copy. */
    List<TenantSeries> tenants();

    /** Makes the present state of a series durable, together with the output it belongs to. */
    void log(TenantSeries series, int slot);

    /** Forgets a series, durably. Slots are other series' afterwards. */
    void forget(TenantSeries series, int slot);
}
