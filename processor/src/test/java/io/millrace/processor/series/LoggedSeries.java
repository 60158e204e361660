package io.millrace.processor.series;

import io.millrace.model.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Series in memory, with a list of what would have gone to the changelog. */
public final class LoggedSeries implements SeriesMemory {
    private final Map<TenantId, TenantSeries> tenants = new LinkedHashMap<>();

    /** Every state logged, {@code forgotten} for a tombstone, oldest first. */
    public final List<String> changelog = new ArrayList<>();

    @Override
    public TenantSeries tenant(TenantId tenant) {
        return tenants.computeIfAbsent(tenant, id -> new TenantSeries(id, 42));
    }

    @Override
    public List<TenantSeries> tenants() {
        return new ArrayList<>(tenants.values());
    }

    @Override
    public void log(TenantSeries series, int slot) {
        SeriesState state = series.state(slot);
        changelog.add(state.metric() + " latest=" + AnnouncedDays.latest(state.days()) + " active=" + state.active());
    }

    @Override
    public void forget(TenantSeries series, int slot) {
        changelog.add(series.state(slot).metric() + " forgotten");
        series.remove(slot);
    }
}
