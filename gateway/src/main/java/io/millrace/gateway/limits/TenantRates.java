package io.millrace.gateway.limits;

import io.millrace.model.TenantLimits;
import io.millrace.wire.record.GatewayReport.Demand;

/**
 * The rates of one tenant at this gateway. Thread-safe: every method holds the lock for some ten nanoseconds.
 *
 * <h2>This gateway's share</h2>
 *
 * <p>Of a limit L over n gateways, one that is offered d gets {@code L × (d + L/10n) / (D + L/10)}, where D is what all are
 * offered. The shares add up to L. A gateway that is offered nothing keeps a little, so that the first requests that come to
 * it pass. All d are those last reported, also this gateway's own, so that all gateways reckon with the same numbers.
 */
final class TenantRates {
    /** What all gateways are guaranteed together, as a part of the limit. */
    private static final double EVEN_PART = 0.1;

    private final OfferedRate samplesOffered = new OfferedRate();
    private final OfferedRate requestsOffered = new OfferedRate();
    private final TokenBucket samples;
    private final TokenBucket requests;
    private TenantLimits limits;
    private Demand own = Demand.NONE;
    private Demand elsewhere = Demand.NONE;
    private int gateways;
    /** Samples in the last request if it was refused, else 0. */
    private long lastRefused;

    TenantRates(TenantLimits limits, int gateways, long nowNanos) {
        this.limits = limits;
        this.gateways = gateways;
        samples = new TokenBucket(samplesShare(), limits.burstSeconds(), nowNanos);
        requests = new TokenBucket(requestsShare(), limits.burstSeconds(), nowNanos);
    }

    /** Whether a request as large as the last one would be refused, when that one was. */
    synchronized boolean isExhausted(TenantLimits current, long nowNanos) {
        refill(current, nowNanos);
        return !requests.has(1) || !samples.has(lastRefused);
    }

    /** Takes a request of so many samples, or none of it. */
    synchronized RateVerdict take(TenantLimits current, long count, long nowNanos) {
        refill(current, nowNanos);
        samplesOffered.add(count);
        requestsOffered.add(1);
        if (!requests.has(1)) {
            lastRefused = count;
            return new RateVerdict.Refused(
                    "the instance may send " + limits.maxRequestsPerSecond() + " requests a second, over all gateways",
                    requests.secondsUntil(1));
        }
        if (count > 0 && !samples.has(count)) {
            lastRefused = count;
            return new RateVerdict.Refused(
                    "the instance may send " + limits.maxSamplesPerSecond() + " samples a second, over all gateways",
                    samples.secondsUntil(count));
        }
        lastRefused = 0;
        requests.take(1);
        samples.take(count);
        return RateVerdict.GRANTED;
    }

    /** Ends a period: what is offered now counts for the shares. Returns whether the tenant has sent nothing for a while. */
    synchronized boolean tick(double seconds, Demand offeredElsewhere, int liveGateways, long nowNanos) {
        samplesOffered.tick(seconds);
        requestsOffered.tick(seconds);
        own = new Demand(samplesOffered.perSecond(), requestsOffered.perSecond());
        elsewhere = offeredElsewhere;
        gateways = liveGateways;
        refill(limits, nowNanos);
        return samplesOffered.isIdle() && requestsOffered.isIdle();
    }

    /** What this gateway is offered, as of the last tick. */
    synchronized Demand own() {
        return own;
    }

    /** What all gateways are offered, as a part of the limit. */
    synchronized double samplesUsed() {
        return (own.samples() + elsewhere.samples()) / limits.maxSamplesPerSecond();
    }

    /** What all gateways are offered, as a part of the limit. */
    synchronized double requestsUsed() {
        return (own.requests() + elsewhere.requests()) / limits.maxRequestsPerSecond();
    }

    /** Active series as a part of the limit. */
    synchronized double seriesUsed(long activeSeries) {
        return (double) activeSeries / limits.maxActiveSeries();
    }

    private void refill(TenantLimits current, long nowNanos) {
        limits = current;
        samples.refill(samplesShare(), limits.burstSeconds(), nowNanos);
        requests.refill(requestsShare(), limits.burstSeconds(), nowNanos);
    }

    private double samplesShare() {
        return share(limits.maxSamplesPerSecond(), own.samples(), elsewhere.samples(), gateways);
    }

    private double requestsShare() {
        return share(limits.maxRequestsPerSecond(), own.requests(), elsewhere.requests(), gateways);
    }

    static double share(double limit, double own, double elsewhere, int gateways) {
        double even = EVEN_PART * limit;
        return limit * (own + even / gateways) / (own + elsewhere + even);
    }
}
