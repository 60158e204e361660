package io.millrace.gateway.limits;

import io.millrace.model.TenantId;
import io.millrace.wire.record.GatewayReport;
import io.millrace.wire.record.GatewayReport.Demand;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the other gateways last said they are offered. A gateway that has said nothing for {@link #SILENCE_MS} is taken to
 * be dead. Time is that of the broker, which stamps every report: clocks of gateways are never compared. Safe for any
 * thread; written by one.
 */
public final class LiveGateways {
    /** Six reports. */
    static final long SILENCE_MS = 3_000;

    private record Heard(GatewayReport report, long brokerMs) {}

    private final String own;
    private final Map<String, Heard> others = new ConcurrentHashMap<>();
    private volatile long newestMs;

    /** @param own id of this gateway, whose reports say nothing new */
    public LiveGateways(String own) {
        this.own = own;
    }

    /** A report has come. @param brokerMs when the broker got it */
    void heard(GatewayReport report, long brokerMs) {
        newestMs = Math.max(newestMs, brokerMs);
        if (!report.gateway().equals(own)) {
            others.put(report.gateway(), new Heard(report, brokerMs));
        }
        others.values().removeIf(heard -> newestMs - heard.brokerMs > SILENCE_MS);
    }

    /** A gateway has said that it stops. */
    void gone(String gateway) {
        others.remove(gateway);
    }

    /** Live gateways, this one included. */
    public int count() {
        return 1 + others.size();
    }

    /** What all others together are offered of a tenant. */
    Demand elsewhere(TenantId tenant) {
        double samples = 0;
        double requests = 0;
        for (Heard heard : others.values()) {
            @Nullable Demand demand = heard.report.demands().get(tenant);
            if (demand != null) {
                samples += demand.samples();
                requests += demand.requests();
            }
        }
        return samples == 0 && requests == 0 ? Demand.NONE : new Demand(samples, requests);
    }
}
